//! What a tool is told: JSON inside a text.

use super::input::worse;
use crate::guard::check::Draft;
use crate::{Action, Ask, FailureCause, Finding, Guard, MAX_INPUT, Span, Verdict, parse_json};
use serde_json::Value;

/// How many names and values are looked at one by one; more are a failed check. The default bound of a call's arguments (16 KiB) has no room for so many.
const MAX_VALUES: usize = 16 * 1024;

/// The longest name that is looked at together with its value: names of secrets are short, and a long one would be read once for each item.
const MAX_NAME: usize = 64;

/// Judges the arguments of a call, and redacts them.
///
/// What the tool will read is judged: each name and each value without its escapes, each value once more beside its name, then all together.
/// What is taken out is written again as JSON; a number becomes a text. What is no JSON is judged as a text.
pub(super) fn judge(guard: &Guard, ask: &Ask<'_>, arguments: &mut String) -> Verdict {
    let mut reader =
        Reader { guard, ask, worst: Verdict::clean(), joined: String::new(), values: 0, changed: false };
    let parsed = parse_json(arguments, MAX_INPUT);
    let is_json = parsed.is_ok();
    if let Ok(mut value) = parsed {
        reader.value("", &mut value);
        if reader.changed {
            *arguments = value.to_string();
        }
        let joined = std::mem::take(&mut reader.joined);
        // Its spans are of a text that nobody sends; what is to be redacted was found in the values.
        let verdict = guard.check(&joined, ask);
        if verdict.action >= Action::Block {
            reader.keep(verdict);
        }
    }
    let verdict = guard.check(arguments, ask);
    if verdict.action == Action::Redact {
        let redacted = guard.redact(arguments, &verdict);
        if is_json && parse_json(&redacted, usize::MAX).is_err() {
            reader.keep(Verdict { action: Action::Block, ..verdict });
            return reader.worst;
        }
        *arguments = redacted;
    }
    reader.keep(verdict);
    reader.worst
}

struct Reader<'g> {
    guard: &'g Guard,
    ask: &'g Ask<'g>,
    worst: Verdict,
    /// All that was read, one after the other.
    joined: String,
    values: usize,
    changed: bool,
}

impl Reader<'_> {
    fn keep(&mut self, verdict: Verdict) {
        self.worst = worse(std::mem::replace(&mut self.worst, Verdict::clean()), verdict);
    }

    /// As deep as [`parse_json`] reads.
    fn value(&mut self, name: &str, value: &mut Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => {
                let mut text = number.to_string();
                if self.text(name, &mut text) {
                    *value = Value::String(text);
                }
            }
            Value::String(text) => {
                self.text(name, text);
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(name, item)),
            Value::Object(entries) => {
                for (name, mut value) in std::mem::take(entries) {
                    let mut renamed = name.clone();
                    self.text("", &mut renamed);
                    self.value(&name, &mut value);
                    if entries.insert(renamed, value).is_some() {
                        // Two names became one, and a value would be lost.
                        self.keep(Verdict { action: Action::Block, ..Verdict::clean() });
                    }
                }
            }
        }
    }

    /// Judges one text, alone and as what `name` is; whether it was changed.
    fn text(&mut self, name: &str, text: &mut String) -> bool {
        self.values += 1;
        if self.values > MAX_VALUES {
            if self.values == MAX_VALUES + 1 {
                let mut draft = Draft::new(&self.guard.inner, self.ask);
                draft.fail_all(FailureCause::BudgetSpent);
                let verdict = draft.verdict();
                self.keep(verdict);
            }
            return false;
        }
        self.joined.push_str(text);
        self.joined.push(' ');
        let verdict = self.guard.check(text, self.ask);
        let mut changed = verdict.action == Action::Redact;
        if changed {
            *text = self.guard.redact(text, &verdict);
        }
        self.keep(verdict);
        if (1..=MAX_NAME).contains(&name.len())
            && let Some(verdict) = self.named(name, text)
        {
            *text = self.guard.redact(text, &verdict);
            self.keep(verdict);
            changed = true;
        }
        self.changed |= changed;
        changed
    }

    /// What is to be taken out of `text` because of its name.
    fn named(&self, name: &str, text: &str) -> Option<Verdict> {
        let before = format!("\"{name}\": \"");
        let verdict = self.guard.check(&format!("{before}{text}\""), self.ask);
        let within = |at: usize| at.saturating_sub(before.len()).min(text.len());
        let findings = verdict.findings.into_iter().filter(|one| one.action == Action::Redact);
        let findings: Vec<Finding> = findings
            .map(|one| Finding { span: Span::new(within(one.span.start), within(one.span.end)), ..one })
            .filter(|one| !one.span.is_empty())
            .collect();
        (!findings.is_empty()).then(|| Verdict { action: Action::Redact, findings, ..Verdict::clean() })
    }
}
