//! Keys under which others could sign, too: secrets that somebody could guess, and points of small order.

use super::{Algorithm, KeyError};

/// RFC 7518 §3.2: a key of at least the hash's output size.
const MIN_LEN: usize = 32;

/// A random key of 32 bytes has fewer than ten distinct values with a chance below 2⁻¹⁰⁰; a hex-encoded one has up to sixteen.
const MIN_DISTINCT: usize = 10;

/// Beginnings of secrets that stand in tutorials, templates and on jwt.io, in lower case.
const PLACEHOLDERS: [&str; 10] = [
    "a-string-secret-at-least-256-bits-long",
    "a-valid-string-secret-that-is-at-least",
    "change-me",
    "change_me",
    "changeme",
    "please-change",
    "secret",
    "super-secret",
    "supersecret",
    "your-",
];

pub(super) fn check_shared_secret(secret: &[u8]) -> Result<(), KeyError> {
    if secret.len() < MIN_LEN {
        return Err(KeyError::TooShort(secret.len()));
    }
    let mut seen = [false; 256];
    for byte in secret {
        seen[usize::from(*byte)] = true;
    }
    if seen.iter().filter(|seen| **seen).count() < MIN_DISTINCT {
        return Err(KeyError::Weak("it repeats a few values"));
    }
    let lower = secret.to_ascii_lowercase();
    if PLACEHOLDERS.iter().any(|placeholder| lower.starts_with(placeholder.as_bytes())) {
        return Err(KeyError::Weak("it is a placeholder from a tutorial"));
    }
    Ok(())
}

/// The y coordinates of the points of order 1, 2, 4 and 8 on edwards25519 in little-endian order, their unreduced spellings
/// among them.
pub(super) const SMALL_ORDER: [[u8; 32]; 7] = [
    filled(0x00, 0x00, 0x00),
    filled(0x01, 0x00, 0x00),
    filled(0xec, 0xff, 0x7f),
    filled(0xed, 0xff, 0x7f),
    filled(0xee, 0xff, 0x7f),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

const fn filled(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

/// RFC 8032 §5.1.7 does not ask for it, but under a public key of small order anybody can sign at least every eighth message.
pub(super) fn check_ed25519(public: &[u8]) -> Result<(), KeyError> {
    let Ok(mut y) = <[u8; 32]>::try_from(public) else {
        return Err(KeyError::Invalid { algorithm: Algorithm::EdDsa });
    };
    y[31] &= 0x7f;
    if SMALL_ORDER.contains(&y) { Err(KeyError::Jwk("anybody could sign under it")) } else { Ok(()) }
}

/// The odd primes up to 167.
const ROCA_PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// Whether an RSA modulus has the form that a faulty library gave it (CVE-2017-15361, "ROCA"): a power of 65537 modulo each small
/// prime. Such a key can be factored. A sound modulus has that form with a chance of one in hundreds of millions.
pub(super) fn is_roca(modulus: &[u8]) -> bool {
    ROCA_PRIMES.iter().all(|prime| {
        let remainder = modulus.iter().fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime);
        let powers = std::iter::successors(Some(1), |power| Some(power * 65537 % prime));
        powers.take(*prime as usize).any(|power| power == remainder)
    })
}
