//! Payment cards.

use super::checksum::luhn;
use super::context::{Context, Topics};
use super::number::{Digits, Gap, Number, value};

/// Whether the check digit of a card must be right.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Luhn {
    /// Yes: one random number of ten passes.
    #[default]
    Required,
    /// No: finds mistyped and made-up cards too, and with them other numbers that start and are as long as a card.
    Ignored,
}

/// How many groups from `from` on are a card.
pub(super) fn card(number: &Number<'_>, from: usize, rule: Luhn, context: Context) -> Option<usize> {
    let groups = number.groups();
    let named = context.all.has(Topics::CARD);
    let first = groups.get(from)?;
    if (12..=19).contains(&first.len()) {
        return number.digits(from, from + 1).filter(|digits| is_card(digits, rule, named)).map(|_| 1);
    }
    let gap = groups.get(from + 1)?.gap;
    if !matches!(gap, Gap::Space | Gap::Hyphen | Gap::Dot) || !(first.len() == 4 || first.len() == 1) {
        return None;
    }
    let shortest = if first.len() == 4 { 3 } else { 12 };
    let longest = groups.len().min(from + 19);
    (from + shortest..=longest).rev().find_map(|to| {
        let shaped = groups.get(from + 1..to)?.iter().enumerate().all(|(nth, group)| {
            let last = from + nth + 2 == to;
            group.gap == gap
                && match first.len() {
                    1 => group.len() == 1,
                    _ => matches!(group.len(), 4..=6) || (last && matches!(group.len(), 1..=3)),
                }
        });
        let digits = number.digits(from, to)?;
        (shaped && is_card(&digits, rule, named)).then_some(to - from)
    })
}

/// With a word about cards beside it (`named`), a right check digit is enough: there are cards of schemes not listed here.
fn is_card(digits: &Digits, rule: Luhn, named: bool) -> bool {
    let digits = digits.values();
    match (is_issued(digits), luhn(digits)) {
        (issued, true) => issued || named,
        (issued, false) => issued && rule == Luhn::Ignored,
    }
}

/// Whether a card scheme uses the leading digits with that length: Visa, Mastercard, American Express, Discover, Diners Club,
/// JCB, UnionPay, Maestro, Mir, RuPay, Troy, as in the schemes' public BIN tables.
fn is_issued(digits: &[u8]) -> bool {
    let (len, lead) = (digits.len(), |count: usize| value(digits.get(..count).unwrap_or_default()));
    match (lead(1), lead(2)) {
        (4, _) => matches!(len, 13 | 16 | 19),
        (5, 51..=55) => len == 16,
        (5, 50 | 56..=58) => (12..=19).contains(&len),
        (2, _) => (len == 16 && (2200..=2720).contains(&lead(4))) || (len == 15 && lead(4) == 2131),
        (1, _) => len == 15 && lead(4) == 1800,
        (3, 34 | 37) => len == 15,
        (3, 30 | 36 | 38 | 39) => (14..=19).contains(&len),
        (3, 35) => (16..=19).contains(&len),
        (6, 60 | 62 | 64 | 65) => (12..=19).contains(&len),
        (6, _) => (12..=19).contains(&len),
        (8, 81 | 82) => len == 16,
        (9, _) => len == 16 && lead(4) == 9792,
        _ => false,
    }
}
