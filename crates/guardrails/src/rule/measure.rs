//! Quantities: a term, and the number that follows it.

use super::view::View;
use crate::fold::fold;
use crate::policy::Range;

/// How many bytes after its name a number is looked for.
const REACH: usize = 40;
/// The same where characters may have several bytes, and others stand between them that nobody sees.
const WIDEST: usize = View::AHEAD;

/// What may stand between a name and its number.
const FILLERS: &[&str] = &[
    "is",
    "was",
    "of",
    "at",
    "to",
    "in",
    "the",
    "around",
    "about",
    "only",
    "now",
    "reading",
    "level",
    "dropped",
    "down",
    "up",
    "low",
    "high",
    "approximately",
    "approx",
    "rate",
    "measured",
    "over",
    "under",
    "just",
    "by",
    "c",
    "f",
    "pct",
];

impl Range {
    pub(super) fn holds(self, number: f64) -> bool {
        self.above < number && number < self.below
    }
}

/// The number that stands after `at`, with nothing but signs and filler words between: `SpO2: 88 %`, `BP was 82/54` (of a fraction, the
/// upper one). Digits of other forms, and with what nobody sees between them, are read as what they show.
pub(super) fn reading(view: View<'_>, at: usize) -> Option<f64> {
    let source = view.after(at, WIDEST).split('\n').next().unwrap_or_default();
    if source.is_ascii() {
        return read(source.get(..REACH).unwrap_or(source));
    }
    let folded = fold(source);
    let folded = folded.as_str();
    read(folded.get(..folded.floor_char_boundary(REACH)).unwrap_or(folded))
}

fn read(after: &str) -> Option<f64> {
    let start = after.find(|c: char| c.is_ascii_digit())?;
    let (between, rest) = after.split_at_checked(start)?;
    if between.contains([',', ';', '\n', '/', '?', '!']) || between.contains(". ") {
        return None;
    }
    let mut words = between.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    if !words.all(|word| FILLERS.iter().any(|filler| filler.eq_ignore_ascii_case(word))) {
        return None;
    }
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    rest.get(..end)?.trim_end_matches('.').parse().ok()
}
