//! Europe and Turkey.

use super::{Identity, alone, beside};
use crate::Kind;
use crate::pii::checksum::{ean13, is_day, luhn, mod_11_10, weighted};
use crate::pii::context::Topics;
use crate::pii::number::Gap::{Dot, Hyphen, Space};
use crate::pii::number::value;

pub(super) const ALL: &[Identity] = &[
    // Numéro de registre national: nine digits and their complement to 97, those born since 2000 with a two before them.
    Identity {
        kind: Kind::new("national-id:be-rrn"),
        forms: &[
            alone(&[2, 2, 2, 3, 2], &[Dot, Dot, Hyphen, Dot]),
            alone(&[2, 2, 2, 3, 2], &[Dot, Dot, Hyphen, Hyphen]),
            beside(Topics::ID, &[11], &[]),
        ],
        check: |digits| {
            let (body, check) = digits.split_at_checked(9).unwrap_or_default();
            let (body, check) = (value(body), value(check));
            day(digits, 2, 4) && (97 - body % 97 == check || 97 - (body + 2_000_000_000) % 97 == check)
        },
    },
    // AHV/AVS number: GTIN-13 under the country code 756.
    Identity {
        kind: Kind::new("national-id:ch-ahv"),
        forms: &[
            alone(&[3, 4, 4, 2], &[Dot, Dot, Dot]),
            alone(&[3, 4, 4, 2], &[Space, Space, Space]),
            alone(&[13], &[]),
        ],
        check: |digits| digits.starts_with(&[7, 5, 6]) && ean13(digits),
    },
    // Steuer-Identifikationsnummer: of the first ten digits one stands two or three times, and ISO 7064 MOD 11,10.
    Identity {
        kind: Kind::new("national-id:de-steuer-id"),
        forms: &[alone(&[11], &[]), alone(&[2, 3, 3, 3], &[Space, Space, Space])],
        check: |digits| {
            let body = digits.get(..10).unwrap_or_default();
            let times = |digit: u8| body.iter().filter(|other| **other == digit).count();
            let repeated = (0..10).filter(|digit| times(*digit) > 1).count();
            let most = (0..10).map(times).max().unwrap_or_default();
            digits.first() != Some(&0) && repeated == 1 && matches!(most, 2 | 3) && mod_11_10(digits)
        },
    },
    // CPR number; check digits are no longer given to all.
    Identity {
        kind: Kind::new("national-id:dk-cpr"),
        forms: &[alone(&[6, 4], &[Hyphen])],
        check: |digits| day(digits, 2, 0) && !swedish(digits),
    },
    // Numéro d'inscription au répertoire (INSEE): the key completes the number to 97.
    Identity {
        kind: Kind::new("national-id:fr-nir"),
        forms: &[
            alone(&[15], &[]),
            alone(&[13, 2], &[Space]),
            alone(&[1, 2, 2, 2, 3, 3, 2], &[Space, Space, Space, Space, Space, Space]),
        ],
        check: |digits| {
            let (body, key) = digits.split_at_checked(13).unwrap_or_default();
            let month = value(digits.get(3..5).unwrap_or_default());
            matches!(digits.first(), Some(1 | 2))
                && matches!(month, 1..=12 | 20..=42 | 50..)
                && 97 - value(body) % 97 == value(key)
        },
    },
    // NHS number, modulus 11.
    Identity {
        kind: Kind::new("national-id:gb-nhs"),
        forms: &[beside(Topics::NHS, &[3, 3, 4], &[Space, Space]), beside(Topics::NHS, &[10], &[])],
        check: |digits| weighted(digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
    },
    // Burgerservicenummer: the eleven test, the last digit subtracted.
    Identity {
        kind: Kind::new("national-id:nl-bsn"),
        forms: &[beside(Topics::BSN, &[9], &[]), beside(Topics::BSN, &[4, 2, 3], &[Dot, Dot])],
        check: |digits| {
            weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2, 10]).is_multiple_of(11) && value(digits) > 0
        },
    },
    // Fødselsnummer and D-number: two check digits, modulus 11.
    Identity {
        kind: Kind::new("national-id:no-fnr"),
        forms: &[alone(&[11], &[]), alone(&[6, 5], &[Space])],
        check: |digits| {
            let first = digits.first().copied().unwrap_or_default();
            let born = is_day(
                value(digits.get(2..4).unwrap_or_default()),
                value(digits.get(..2).unwrap_or_default()) % 40,
            );
            born && first < 8
                && weighted(digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
                && weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
        },
    },
    // PESEL: the month carries the century.
    Identity {
        kind: Kind::new("national-id:pl-pesel"),
        forms: &[alone(&[11], &[])],
        check: |digits| {
            let part = |from, to| value(digits.get(from..to).unwrap_or_default());
            is_day(part(2, 4) % 20, part(4, 6))
                && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
        },
    },
    // Número de identificação fiscal.
    Identity {
        kind: Kind::new("national-id:pt-nif"),
        forms: &[beside(Topics::NIF, &[9], &[]), beside(Topics::NIF, &[3, 3, 3], &[Space, Space])],
        check: |digits| {
            let rest = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
            let check = if rest < 2 { 0 } else { 11 - rest };
            digits.last().is_some_and(|last| u32::from(*last) == check)
        },
    },
    // Personnummer and samordningsnummer (60 added to the day): Luhn over ten digits.
    Identity {
        kind: Kind::new("national-id:se-personnummer"),
        forms: &[alone(&[6, 4], &[Hyphen]), alone(&[8, 4], &[Hyphen])],
        check: swedish,
    },
    // T.C. kimlik numarası: two check digits.
    Identity {
        kind: Kind::new("national-id:tr-tckn"),
        forms: &[beside(Topics::TCKN.or(Topics::ID), &[11], &[])],
        check: |digits| {
            let odd = weighted(digits, &[7, 0, 7, 0, 7, 0, 7, 0, 7]);
            let even = weighted(digits, &[0, 9, 0, 9, 0, 9, 0, 9]);
            let sum = weighted(digits, &[1; 10]);
            digits.first() != Some(&0)
                && digits.get(9).is_some_and(|check| (odd + even) % 10 == u32::from(*check))
                && digits.get(10).is_some_and(|check| sum % 10 == u32::from(*check))
        },
    },
];

fn swedish(digits: &[u8]) -> bool {
    let ten = digits.get(digits.len().saturating_sub(10)..).unwrap_or_default();
    let part = |from, to| value(ten.get(from..to).unwrap_or_default());
    is_day(part(2, 4), part(4, 6) % 60) && luhn(ten)
}

/// Whether the two digits from `month` on and those from `day` on are a day of the year.
fn day(digits: &[u8], month: usize, day: usize) -> bool {
    let part = |from: usize| value(digits.get(from..from + 2).unwrap_or_default());
    is_day(part(month), part(day))
}
