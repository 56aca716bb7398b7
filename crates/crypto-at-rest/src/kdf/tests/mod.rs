//! Attacks on passwords, and the vectors of others.

mod bounds;
mod vectors;

use super::PasswordKdf;
use stockade_core::Secret;

/// The cheapest Argon2id above the floor.
pub(super) const LEAST_ARGON2ID: PasswordKdf =
    PasswordKdf::Argon2id { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
/// The cheapest PBKDF2 above the floor.
pub(super) const LEAST_PBKDF2: PasswordKdf = PasswordKdf::Pbkdf2HmacSha256 { iterations: 600_000 };

pub(super) fn password(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}
