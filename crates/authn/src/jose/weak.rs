//! Shared secrets that somebody could guess.

use super::KeyError;

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
