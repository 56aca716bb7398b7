//! Passwords: accepted by policy, hashed with Argon2id, verified at one cost for everybody.

mod arena;
mod breached;
mod calibrate;
mod census;
mod common;
mod derive;
mod error;
#[cfg(feature = "foreign-hashes")]
mod foreign;
mod hash;
mod hasher;
mod params;
mod pepper;
mod policy;
#[cfg(feature = "pwned-range")]
mod range;
mod rules;
#[cfg(feature = "zxcvbn")]
mod strength;
#[cfg(test)]
mod tests;

pub use breached::{BreachCheckError, BreachedPasswords, Exposure, FailurePolicy};
pub use census::HashCensus;
pub use common::CommonPasswords;
pub use derive::Derivation;
pub use error::PasswordError;
pub use hash::{HashKind, PasswordHash};
pub use hasher::{PasswordHasher, Verification};
pub use params::{Argon2Params, StoredParamCaps};
pub use pepper::{PepperId, PepperRingError, Peppers};
pub use policy::{AcceptedPassword, PasswordContext, PasswordFactors, PasswordPolicy, PasswordRejection};
#[cfg(feature = "pwned-range")]
pub use range::{Fetch, FetchError, InvalidRangeUrl, MalformedRange, RangeAnswer, RangeClient};
pub use rules::{PasswordRules, PasswordRulesError};
#[cfg(feature = "zxcvbn")]
pub use strength::Strength;

use std::fmt;
use stockade_core::Secret;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use zeroize::Zeroizing;

/// A password as somebody typed it: never trimmed, folded or cut (ASVS 6.2.8).
///
/// It is judged and hashed in Unicode's normalization form C (NIST SP 800-63B-4 §3.1.1.2), so that `é` from a keyboard that
/// sends one code point and from one that sends two is the same password.
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

    /// The form that is judged and hashed. The one place where it is made.
    fn normalized(&self) -> Zeroizing<String> {
        let typed = self.expose();
        // Composing lengthens a text threefold at most (UAX #15); growing would leave copies behind.
        let mut form = Zeroizing::new(String::with_capacity(typed.len().saturating_mul(3)));
        if is_nfc(typed) {
            form.push_str(typed);
        } else {
            form.extend(typed.nfc());
        }
        form
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
