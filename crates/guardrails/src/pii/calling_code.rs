//! The country codes of ITU-T E.164, and how long a number is with them.

use std::ops::RangeInclusive;

/// Lengths with the country code of countries whose numbers all have nearly one length; the rest of the world has 7 to 15.
const KNOWN: &[(u16, RangeInclusive<usize>)] = &[
    (1, 11..=11),
    (7, 11..=11),
    (20, 10..=12),
    (27, 11..=11),
    (30, 12..=12),
    (31, 10..=12),
    (32, 10..=11),
    (33, 11..=11),
    (34, 11..=11),
    (36, 10..=11),
    (39, 9..=13),
    (40, 11..=11),
    (41, 11..=11),
    (43, 8..=15),
    (44, 11..=12),
    (45, 10..=10),
    (46, 9..=12),
    (47, 10..=10),
    (48, 11..=11),
    (49, 9..=15),
    (51, 10..=11),
    (52, 12..=13),
    (54, 12..=13),
    (55, 12..=13),
    (56, 11..=11),
    (57, 12..=12),
    (60, 10..=12),
    (61, 11..=11),
    (62, 9..=14),
    (63, 10..=12),
    (64, 9..=12),
    (65, 10..=10),
    (66, 10..=11),
    (81, 11..=12),
    (82, 10..=12),
    (84, 11..=12),
    (86, 11..=13),
    (90, 12..=12),
    (91, 12..=12),
    (92, 11..=12),
];

/// The other codes in use, by their first two digits: 53, 58, 93, 94, 95 and 98 are whole, under the others all have three.
const OTHERS: [u16; 29] = [
    21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 53, 58, 59, 67, 68, 69, 80, 85, 87, 88, 93, 94, 95, 96,
    97, 98, 99,
];

/// How many digits a number that starts like this may have in all, the country code with it; `None` without a code in use.
pub(super) fn lengths(digits: &[u8]) -> Option<RangeInclusive<usize>> {
    // No code starts with a zero.
    let [one @ 1..=9, two, ..] = digits else { return None };
    let one = u16::from(*one);
    let two = one * 10 + u16::from(*two);
    let known = KNOWN.iter().find(|(code, _)| *code == one || *code == two);
    if let Some((_, lengths)) = known {
        return Some(lengths.clone());
    }
    let in_use = OTHERS.contains(&two);
    in_use.then_some(8..=15)
}
