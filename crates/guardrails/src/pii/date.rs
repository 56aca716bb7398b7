//! Dates, which are no telephone numbers.

use super::checksum::is_day;
use super::number::{Gap, Number, value};

/// How many groups from `from` on are a date: year first, day first or month first.
pub(super) fn date(number: &Number, from: usize) -> Option<usize> {
    let groups = number.groups().get(from..)?;
    let [one, two, three, ..] = groups else { return years(number, from) };
    let gap = two.gap;
    if !(matches!(gap, Gap::Hyphen | Gap::Slash | Gap::Dot) && three.gap == gap && two.len() <= 2) {
        return years(number, from);
    }
    // One more part, and it is a number of some other make.
    let more = groups.get(3).is_some_and(|next| matches!(next.gap, Gap::Hyphen | Gap::Dot | Gap::Slash));
    let shaped = matches!((one.len(), three.len()), (4, 1 | 2) | (1 | 2, 2 | 4));
    if more || !shaped {
        return None;
    }
    let digits = number.digits(from, from + 3)?;
    let (a, rest) = digits.split_at_checked(one.len())?;
    let (b, c) = rest.split_at_checked(two.len())?;
    let (a_len, c_len) = (a.len(), c.len());
    let (a, b, c) = (value(a), value(b), value(c));
    let either = |one, two| is_day(one, two) || is_day(two, one);
    let is_date = match (a_len, c_len) {
        (4, 1 | 2) => (1000..=2999).contains(&a) && either(b, c),
        (1 | 2, 4) => (1000..=2999).contains(&c) && either(a, b),
        (1 | 2, 2) => either(a, b) || is_day(b, c),
        _ => false,
    };
    is_date.then_some(3)
}

/// From one year to another: `2019-2021`.
fn years(number: &Number, from: usize) -> Option<usize> {
    let joined =
        || number.joined_by(from, from + 2, Gap::Hyphen) || number.joined_by(from, from + 2, Gap::Slash);
    if !(number.has_lens(from, &[4, 4]) && joined()) {
        return None;
    }
    let digits = number.digits(from, from + 2)?;
    let (one, two) = digits.split_at_checked(4)?;
    let is_year = |year: u64| (1000..=2199).contains(&year);
    (is_year(value(one)) && is_year(value(two))).then_some(2)
}
