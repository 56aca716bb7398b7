//! US social security and taxpayer numbers.

use super::context::{Near, Topics};
use super::number::{Gap, Number, value};
use crate::Kind;

/// A US individual taxpayer number (IRS Publication 1915).
pub const US_ITIN: Kind = Kind::new("national-id:us-itin");

/// How many groups from `from` on are a social security number, or a taxpayer number of the same form. Hyphens are enough to
/// tell; spaces, dots and none at all only beside a word that says so.
pub(super) fn ssn(number: &Number, from: usize, near: &Near<'_>) -> Option<(Kind, usize)> {
    let named = || near.context().all.has(Topics::SSN);
    let taken = if number.has_lens(from, &[3, 2, 4]) {
        let by = |gap| number.joined_by(from, from + 3, gap);
        (by(Gap::Hyphen) || ((by(Gap::Space) || by(Gap::Dot)) && named())).then_some(3)?
    } else {
        (number.has_lens(from, &[9]) && named()).then_some(1)?
    };
    let digits = number.digits(from, from + taken)?;
    let (area, group, serial) = (value(digits.get(..3)?), value(digits.get(3..5)?), value(digits.get(5..)?));
    if serial == 0 {
        return None;
    }
    match area {
        // The Social Security Administration never assigns these, since the randomisation of 2011 either.
        0 | 666 => None,
        900..=999 => matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99).then_some((US_ITIN, taken)),
        _ => (group != 0).then_some((super::SSN, taken)),
    }
}
