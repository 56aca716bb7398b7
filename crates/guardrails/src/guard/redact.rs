//! What may be shown of a text.

use super::Guard;
use crate::output::{is_unseen, reorders};
use crate::{Action, Finding, Span, Verdict};

/// How many characters an audit preview has at most.
pub const MAX_PREVIEW: usize = 200;

impl Guard {
    /// `text` with every finding that asks for [`Action::Redact`] replaced by `[REDACTED:reason]`; of findings that overlap, the first
    /// names the reason. `verdict` must be this guard's on this text: a span that does not fit it makes the whole text
    /// `[REDACTED]`.
    #[must_use]
    pub fn redact(&self, text: &str, verdict: &Verdict) -> String {
        let spans = verdict.findings.iter().filter(|finding| finding.action == Action::Redact);
        replace(text, spans.map(|finding| (finding.span, &*finding.reason)).collect())
    }

    /// What an audit record may show: the start of `text` in one line, first redacted — everything that [`redact`](Self::redact)
    /// replaces and everything that a detector found, whatever its rule does — then cut to [`MAX_PREVIEW`] characters. Control
    /// characters and line ends become spaces; what nobody sees, or what would show the line in another order, is left out.
    #[must_use]
    pub fn preview(&self, text: &str, verdict: &Verdict) -> String {
        let hidden =
            verdict.findings.iter().filter(|one| one.action == Action::Redact || self.is_detected(one));
        let redacted = replace(text, hidden.map(|finding| (finding.span, &*finding.reason)).collect());
        let seen = redacted.chars().filter(|c| !is_unseen(*c) && !reorders(*c));
        let in_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        seen.take(MAX_PREVIEW).map(|c| if in_line(c) { ' ' } else { c }).collect()
    }

    fn is_detected(&self, finding: &Finding) -> bool {
        self.inner.book.rules.iter().any(|rule| rule.id == finding.rule && !rule.detect.is_empty())
    }
}

fn replace(text: &str, mut spans: Vec<(Span, &str)>) -> String {
    spans.sort_by_key(|(span, _)| *span);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (span, reason) in spans {
        if span.end <= done {
            continue;
        }
        let overlaps = span.start < done;
        match text.get(done.max(span.start)..span.end).and(text.get(done..done.max(span.start))) {
            None => return "[REDACTED]".to_owned(),
            Some(between) if !overlaps => {
                out.push_str(between);
                out.push_str("[REDACTED:");
                out.push_str(reason);
                out.push(']');
            }
            Some(_) => {}
        }
        done = span.end;
    }
    match text.get(done..) {
        Some(rest) => out.push_str(rest),
        None => return "[REDACTED]".to_owned(),
    }
    out
}
