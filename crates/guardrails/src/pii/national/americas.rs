//! The Americas; the United States stand with social security numbers.

use super::{Identity, alone, beside};
use crate::Kind;
use crate::pii::checksum::{luhn, weighted};
use crate::pii::context::Topics;
use crate::pii::number::Gap::{Dot, Hyphen, Space};

pub(super) const ALL: &[Identity] = &[
    // Cadastro de pessoas físicas: two check digits, modulus 11.
    Identity {
        kind: Kind::new("national-id:br-cpf"),
        forms: &[
            alone(&[3, 3, 3, 2], &[Dot, Dot, Hyphen]),
            beside(Topics::CPF, &[3, 3, 3, 2], &[Space, Space, Space]),
            beside(Topics::CPF, &[11], &[]),
        ],
        check: |digits| {
            let check = |weights: &[u32]| weighted(digits, weights) * 10 % 11 % 10;
            let at = |place: usize| digits.get(place).map(|digit| u32::from(*digit));
            // A digit repeated throughout passes the sums and is given to nobody.
            !digits.iter().all(|digit| digits.first() == Some(digit))
                && at(9) == Some(check(&[10, 9, 8, 7, 6, 5, 4, 3, 2]))
                && at(10) == Some(check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]))
        },
    },
    // Social insurance number.
    Identity {
        kind: Kind::new("national-id:ca-sin"),
        forms: &[
            beside(Topics::SIN, &[3, 3, 3], &[Space, Space]),
            beside(Topics::SIN, &[3, 3, 3], &[Hyphen, Hyphen]),
            beside(Topics::SIN, &[9], &[]),
        ],
        check: |digits| !matches!(digits.first(), Some(0 | 8)) && luhn(digits),
    },
    // Rol único tributario, modulus 11; one with the check character K is not of digits alone.
    Identity {
        kind: Kind::new("national-id:cl-rut"),
        forms: &[alone(&[2, 3, 3, 1], &[Dot, Dot, Hyphen]), alone(&[1, 3, 3, 1], &[Dot, Dot, Hyphen])],
        check: |digits| {
            let Some((check, body)) = digits.split_last() else { return false };
            let weights = [2, 3, 4, 5, 6, 7, 2, 3];
            let sum: u32 =
                body.iter().rev().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
            (11 - sum % 11) % 11 == u32::from(*check)
        },
    },
];
