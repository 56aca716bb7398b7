//! A verdict for people.

use std::fmt::Write as _;
use stockade_guardrails::{Action, Span, Verdict};

/// How much of a finding is shown, in characters.
const SHOWN: usize = 60;

/// What is to be done, and each finding with the words it is about. Control characters are escaped: a text that was caught must not order
/// the terminal about.
pub(super) fn words(text: &str, verdict: &Verdict) -> String {
    let mut said = String::from(action(verdict.action));
    if let Some(score) = verdict.score {
        let _ = write!(said, ", score {score:.3}");
    }
    for finding in &verdict.findings {
        let (rule, reason, does) = (&finding.rule, &finding.reason, action(finding.action));
        let _ = write!(said, "\n  {does}  {rule}  {reason}: {}", shown(text, finding.span));
    }
    for failure in &verdict.failures {
        let _ = write!(said, "\n  {}: could not be checked: {:?}", failure.policy, failure.cause);
    }
    if let Some(answer) = &verdict.answer {
        let _ = write!(said, "\nanswer: {answer}");
    }
    said
}

pub(super) fn action(action: Action) -> &'static str {
    match action {
        Action::Allow => "allow",
        Action::Redact => "redact",
        Action::Block => "block",
        Action::Escalate => "escalate",
    }
}

fn shown(text: &str, span: Span) -> String {
    let found = text.get(span.range()).unwrap_or_default();
    let mut chars = found.chars();
    let start: String = chars.by_ref().take(SHOWN).collect();
    let more = if chars.next().is_some() { "…" } else { "" };
    format!("`{}{more}` at {}..{}", start.escape_debug(), span.start, span.end)
}
