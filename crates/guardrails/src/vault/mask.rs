use crate::{Found, resolve};
use std::borrow::Cow;

/// `text` with a label in the place of each finding: `[EMAIL]`, `[NATIONAL_ID]`, `[SECRET]`. Of findings that overlap the longest
/// counts ([`resolve`]). A span that does not fit `text` makes all of it `[REDACTED]`: the findings are of another text.
///
/// ```
/// use stockade_guardrails::{pii::Pii, vault};
/// let text = "write to jo@example.org";
/// let mut found = Vec::new();
/// Pii::new().find(text, &mut found);
/// assert_eq!(vault::redact(text, &found), "write to [EMAIL]");
/// assert_eq!(vault::mask(text, &found), "write to j***@example.org");
/// ```
#[must_use]
pub fn redact(text: &str, found: &[Found]) -> String {
    replace(text, found, |one, _| Cow::Owned(format!("[{}]", one.kind.label())))
}

/// `text` with each finding made unreadable but for what tells its owner which one it is: the first letter and the domain of a mail
/// address, the last four digits of a card, an account or a telephone number. Of everything else, and of numbers of fewer than
/// eight characters, nothing remains but its label: four digits would be half of it. What remains is still personal data.
#[must_use]
pub fn mask(text: &str, found: &[Found]) -> String {
    replace(text, found, |one, value| match one.kind.as_str() {
        "email" => mask_email(value),
        "card" | "iban" | "phone" => mask_number(value),
        _ => Cow::Owned(format!("[{}]", one.kind.label())),
    })
}

fn mask_email(value: &str) -> Cow<'static, str> {
    let Some((local, domain)) = value.rsplit_once('@') else { return Cow::Borrowed("[EMAIL]") };
    let first: String = local.chars().take(1).collect();
    Cow::Owned(format!("{first}***@{domain}"))
}

fn mask_number(value: &str) -> Cow<'static, str> {
    let telling = value.chars().filter(|c| c.is_alphanumeric()).count();
    let mut left = telling;
    let masked = value.chars().map(|c| {
        let hidden = c.is_alphanumeric() && (telling < 8 || left > 4);
        left -= usize::from(c.is_alphanumeric());
        if hidden { '*' } else { c }
    });
    Cow::Owned(masked.collect())
}

pub(super) fn replace<'v>(
    text: &str,
    found: &[Found],
    mut by: impl FnMut(&Found, &str) -> Cow<'v, str>,
) -> String {
    let mut found = found.to_vec();
    resolve(&mut found);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for one in &found {
        let (Some(between), Some(value)) = (text.get(done..one.span.start), text.get(one.span.range()))
        else {
            return "[REDACTED]".to_owned();
        };
        out.push_str(between);
        out.push_str(&by(one, value));
        done = one.span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}
