//! Which new passwords are accepted.

use super::Password;
use stockade_core::Problem;

/// What a new password has to be. No composition rules and no forced change: both make passwords worse (ASVS 6.2.5, 6.2.10).
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct PasswordPolicy {
    /// The fewest characters. Default 8, the floor of ASVS 6.2.1, which recommends 15 where a password is the only factor.
    pub min_chars: usize,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { min_chars: Self::FLOOR }
    }
}

impl PasswordPolicy {
    /// ASVS 6.2.1: no policy may accept fewer characters than this.
    pub const FLOOR: usize = 8;

    /// ASVS 6.2.9: no policy may ask for more characters than this, or good passwords would be refused as too short.
    pub const CEILING: usize = 64;

    /// Asks for at least `chars` characters, held between [`FLOOR`](Self::FLOOR) and [`CEILING`](Self::CEILING).
    #[must_use]
    pub fn at_least(chars: usize) -> Self {
        Self { min_chars: chars.clamp(Self::FLOOR, Self::CEILING) }
    }

    /// Accepts `password` as a new one, or says why not.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn accept(&self, password: Password) -> Result<AcceptedPassword, PasswordRejection> {
        let min = self.min_chars.clamp(Self::FLOOR, Self::CEILING);
        if password.expose().chars().count() < min {
            return Err(PasswordRejection::TooShort { min });
        }
        Ok(AcceptedPassword(password))
    }
}

/// A new password that a [`PasswordPolicy`] has accepted: the only sort that can be hashed.
#[derive(Debug, Clone)]
pub struct AcceptedPassword(Password);

impl AcceptedPassword {
    pub(super) fn password(&self) -> &Password {
        &self.0
    }
}

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordRejection {
    /// Too few characters.
    #[error("the password has fewer than {min} characters")]
    TooShort {
        /// The fewest that are accepted.
        min: usize,
    },
    /// Too many bytes.
    #[error("the password has more than {max} bytes")]
    TooLong {
        /// The most that are accepted.
        max: usize,
    },
}

impl From<PasswordRejection> for Problem {
    fn from(rejection: PasswordRejection) -> Self {
        let code = match rejection {
            PasswordRejection::TooShort { .. } => "too_short",
            PasswordRejection::TooLong { .. } => "too_long",
        };
        Self::invalid_field("password", code, rejection.to_string())
    }
}
