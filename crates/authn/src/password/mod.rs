//! Passwords: accepted by policy, hashed with Argon2id, verified at one cost for everybody.

mod arena;
mod derive;
mod error;
mod hash;
mod hasher;
mod params;
mod pepper;
mod policy;
#[cfg(test)]
mod tests;

pub use derive::Derivation;
pub use error::PasswordError;
pub use hash::PasswordHash;
pub use hasher::{PasswordHasher, Verification};
pub use params::{Argon2Params, StoredParamCaps};
pub use pepper::{PepperId, Peppers};
pub use policy::{AcceptedPassword, PasswordPolicy, PasswordRejection};

use std::fmt;
use stockade_core::Secret;

/// A password as somebody typed it, byte for byte: never trimmed, folded or cut (ASVS 6.2.8).
///
/// At most [`Password::MAX_LEN`] bytes, so that hashing cannot be made to chew megabytes.
#[derive(Clone)]
pub struct Password(Secret<String>);

impl Password {
    /// The most bytes: far past the 64 characters that ASVS 6.2.9 asks for, in any script.
    pub const MAX_LEN: usize = 1024;

    /// Takes a typed password into custody.
    ///
    /// # Errors
    /// It is longer than [`MAX_LEN`](Self::MAX_LEN).
    pub fn new(typed: String) -> Result<Self, PasswordRejection> {
        let typed = Secret::new(typed);
        if typed.expose().len() > Self::MAX_LEN {
            return Err(PasswordRejection::TooLong { max: Self::MAX_LEN });
        }
        Ok(Self(typed))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl TryFrom<Secret<String>> for Password {
    type Error = PasswordRejection;

    fn try_from(typed: Secret<String>) -> Result<Self, Self::Error> {
        if typed.expose().len() > Self::MAX_LEN {
            return Err(PasswordRejection::TooLong { max: Self::MAX_LEN });
        }
        Ok(Self(typed))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}
