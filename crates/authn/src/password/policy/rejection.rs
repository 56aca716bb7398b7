//! What a password is refused for.

use stockade_core::Problem;

/// Why a password is not accepted. NIST SP 800-63B-4 §3.1.1.2: the reason is told, so that the next one can be better.
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
    /// Many people have it, so that it is tried first.
    #[error("the password is among the most common ones")]
    Common,
    /// It has been in a breach, so that it is tried first.
    #[error("the password has been in a data breach")]
    Breached,
    /// It is little more than a name of the person or the service.
    #[error("the password is little more than a name of yours or of this service")]
    ContextWord,
    /// A patient guesser finds it.
    #[error("the password is too easily guessed")]
    Guessable,
}

impl From<PasswordRejection> for Problem {
    fn from(rejection: PasswordRejection) -> Self {
        let code = match rejection {
            PasswordRejection::TooShort { .. } => "too_short",
            PasswordRejection::TooLong { .. } => "too_long",
            PasswordRejection::Common => "common",
            PasswordRejection::Breached => "breached",
            PasswordRejection::ContextWord => "context_word",
            PasswordRejection::Guessable => "guessable",
        };
        Self::invalid_field("password", code, rejection.to_string())
    }
}
