//! Payment cards.

use super::context::{Near, Topics};
use super::number::{Gap, Number, value};
use std::ops::RangeInclusive;

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
pub(super) fn card(number: &Number, from: usize, rule: Luhn, near: &Near<'_>) -> Option<usize> {
    let groups = number.groups().get(from..)?;
    let (first, rest) = groups.split_first()?;
    let (least, most) = if (LEAST..=MOST).contains(&first.len()) {
        (1, 1)
    } else {
        let gap = rest.first()?.gap;
        if !matches!(gap, Gap::Space | Gap::Hyphen | Gap::Dot) {
            return None;
        }
        let run = |lens: RangeInclusive<usize>| {
            rest.iter()
                .take(MOST - 1)
                .take_while(|next| next.gap == gap && lens.contains(&next.len()))
                .count()
        };
        match first.len() {
            1 => (LEAST, 1 + run(1..=1)),
            4 => {
                let whole = run(4..=6);
                // The last one may be shorter.
                let short = rest.get(whole).is_some_and(|next| next.gap == gap && next.len() <= 3);
                (3, 1 + whole + usize::from(short))
            }
            _ => return None,
        }
    };
    // More digits than a card has are not looked at.
    let most =
        (least..=most).rev().find(|taken| number.total(from, from + taken).is_some_and(|len| len <= MOST))?;
    let digits = number.digits(from, from + most)?;
    let (issued, right) = (issued(digits), luhn_lengths(digits));
    // With a word about cards beside it, a right check digit is enough: there are cards of schemes not listed here.
    let named = right & !issued != 0 && near.context().all.has(Topics::CARD);
    let lens = match rule {
        Luhn::Required => right & issued,
        Luhn::Ignored => issued,
    } | if named { right } else { 0 };
    let fits = |taken: &usize| number.total(from, from + taken).is_some_and(|len| lens >> len & 1 == 1);
    (lens != 0).then(|| (least..=most).rev().find(fits))?
}

/// Where the card ends whose four groups of four digits start at `start`, each on a line, in a column or a word part of its own. Its check digit
/// is right, as years and amounts stand in columns too.
pub(super) fn in_columns(bytes: &[u8], start: usize) -> Option<usize> {
    const GAPS: [&[u8]; 5] = [b"\n", b"\r\n", b"  ", b"\t", b"_"];
    let rest = bytes.get(start..)?;
    let gap = GAPS.iter().find(|gap| rest.get(4..).is_some_and(|rest| rest.starts_with(gap)))?;
    let (mut digits, mut at) = ([0; 16], 0);
    for (nth, group) in digits.chunks_mut(4).enumerate() {
        at += if nth > 0 { rest.get(at..)?.starts_with(gap).then_some(gap.len())? } else { 0 };
        for (digit, byte) in group.iter_mut().zip(rest.get(at..at + 4)?) {
            *digit = byte.is_ascii_digit().then(|| byte - b'0')?;
        }
        at += 4;
    }
    let word = |byte: &u8| byte.is_ascii_alphanumeric();
    let glued =
        rest.get(at).is_some_and(word) || start.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(word);
    (!glued && luhn_lengths(&digits) & issued(&digits) & (1 << 16) != 0).then_some(start + at)
}

/// ISO/IEC 7812-1 has 19 digits at most; no scheme has fewer than 12.
const LEAST: usize = 12;
const MOST: usize = 19;

/// The lengths, a bit each, at which the last of so many of the digits is a right check digit.
fn luhn_lengths(digits: &[u8]) -> u32 {
    const DOUBLE: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    // The sums with every second digit doubled: those at odd places, those at even ones.
    let (mut sums, mut lens) = ([0_u32; 2], 0);
    for (place, digit) in digits.iter().enumerate() {
        let doubled = u32::from(DOUBLE.get(usize::from(*digit)).copied().unwrap_or_default());
        sums[place % 2] += u32::from(*digit);
        sums[1 - place % 2] += doubled;
        if sums[place % 2].is_multiple_of(10) {
            lens |= 1 << (place + 1);
        }
    }
    lens
}

/// The lengths, a bit each, that a card scheme uses with the leading digits: Visa, Mastercard, American Express, Discover, Diners
/// Club, JCB, UnionPay, Maestro, Mir, RuPay, Troy, as in the schemes' public BIN tables.
fn issued(digits: &[u8]) -> u32 {
    const fn lens(from: u32, to: u32) -> u32 {
        (2 << to) - (1 << from)
    }
    let lead = |count: usize| value(digits.get(..count).unwrap_or_default());
    match (lead(1), lead(2)) {
        (4, _) => lens(13, 13) | lens(16, 16) | lens(19, 19),
        (5, 51..=55) => lens(16, 16),
        (5, 50 | 56..=58) | (6, _) => lens(12, 19),
        (2, _) => match lead(4) {
            2200..=2720 => lens(16, 16),
            2131 => lens(15, 15),
            _ => 0,
        },
        (1, _) if lead(4) == 1800 => lens(15, 15),
        (3, 34 | 37) => lens(15, 15),
        (3, 30 | 36 | 38 | 39) => lens(14, 19),
        (3, 35) => lens(16, 19),
        (8, 81 | 82) => lens(16, 16),
        (9, _) if lead(4) == 9792 => lens(16, 16),
        _ => 0,
    }
}
