//! Asia, Africa and Oceania.

use super::{Identity, alone, beside};
use crate::Kind;
use crate::pii::checksum::{is_day, luhn, verhoeff, weighted};
use crate::pii::context::Topics;
use crate::pii::number::Gap::{Hyphen, Space};
use crate::pii::number::value;

pub(super) const ALL: &[Identity] = &[
    // Tax file number: eleven divides the weighted sum.
    Identity {
        kind: Kind::new("national-id:au-tfn"),
        forms: &[beside(Topics::TFN, &[3, 3, 3], &[Space, Space]), beside(Topics::TFN, &[9], &[])],
        check: |digits| weighted(digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11),
    },
    // Medicare card.
    Identity {
        kind: Kind::new("national-id:au-medicare"),
        forms: &[beside(Topics::MEDICARE, &[4, 5, 1], &[Space, Space]), beside(Topics::MEDICARE, &[10], &[])],
        check: |digits| {
            let check = weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10;
            matches!(digits.first(), Some(2..=6))
                && digits.get(8).is_some_and(|digit| u32::from(*digit) == check)
        },
    },
    // Resident identity number (GB 11643): ISO 7064 MOD 11-2. One with the check character X is not of digits alone.
    Identity {
        kind: Kind::new("national-id:cn-rin"),
        forms: &[alone(&[18], &[])],
        check: |digits| {
            let part = |from, to| value(digits.get(from..to).unwrap_or_default());
            (1800..2200).contains(&part(6, 10))
                && is_day(part(10, 12), part(12, 14))
                && chinese(digits, digits.get(17).copied())
        },
    },
    // Aadhaar.
    Identity {
        kind: Kind::new("national-id:in-aadhaar"),
        forms: &[
            alone(&[4, 4, 4], &[Space, Space]),
            alone(&[4, 4, 4], &[Hyphen, Hyphen]),
            beside(Topics::AADHAAR, &[12], &[]),
        ],
        check: |digits| matches!(digits.first(), Some(2..=9)) && verhoeff(digits),
    },
    // Resident registration number; since October 2020 its last digits are random.
    Identity {
        kind: Kind::new("national-id:kr-rrn"),
        forms: &[alone(&[6, 7], &[Hyphen])],
        check: |digits| {
            let part = |from, to| value(digits.get(from..to).unwrap_or_default());
            is_day(part(2, 4), part(4, 6)) && matches!(digits.get(6), Some(1..=8))
        },
    },
    // South African identity number.
    Identity {
        kind: Kind::new("national-id:za-id"),
        forms: &[alone(&[13], &[]), alone(&[6, 4, 3], &[Space, Space])],
        check: |digits| {
            let part = |from, to| value(digits.get(from..to).unwrap_or_default());
            is_day(part(2, 4), part(4, 6))
                && matches!(digits.get(10), Some(0..=2))
                && matches!(digits.get(11), Some(8 | 9))
                && luhn(digits)
        },
    },
];

/// Whether `check`, of which 10 is written X, is right for the seventeen digits before it.
pub(super) fn chinese(digits: &[u8], check: Option<u8>) -> bool {
    let sum = weighted(digits, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    check.is_some_and(|check| (12 - sum % 11) % 11 == u32::from(check))
}
