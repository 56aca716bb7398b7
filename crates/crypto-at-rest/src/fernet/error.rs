//! Why a token was not opened.

use stockade_core::{Problem, ProblemKind};

/// Why a token was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FernetError {
    /// It does not open: not a token, altered, or of another key. Which one is not said, so that nobody can ask.
    #[error("the token does not open")]
    Refused,
    /// It is genuine, and older than the caller accepts.
    #[error("the token is older than is accepted")]
    Expired,
    /// It is genuine, and from further ahead than clocks differ.
    #[error("the token is from the future")]
    FromTheFuture,
    /// It has more characters than are accepted. Nothing of it was read.
    #[error("the token has more than {max} characters")]
    TooLong {
        /// The limit.
        max: u64,
    },
}

impl From<&FernetError> for Problem {
    fn from(error: &FernetError) -> Self {
        match error {
            FernetError::TooLong { .. } => {
                Self::new(ProblemKind::TooLarge, "token_too_long", "the token is too long")
            }
            FernetError::Refused | FernetError::Expired | FernetError::FromTheFuture => {
                Self::new(ProblemKind::InvalidInput, "token_refused", "the token does not open")
            }
        }
    }
}

/// Why a token was not opened from a reader to a writer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FernetStreamError {
    /// The token was not opened; also where it changed while it was read.
    #[error(transparent)]
    Token(#[from] FernetError),
    /// The token could not be read.
    #[error("the token cannot be read")]
    Read(#[source] std::io::Error),
    /// The plaintext could not be written.
    #[error("the plaintext cannot be written")]
    Write(#[source] std::io::Error),
}

impl From<&FernetStreamError> for Problem {
    fn from(error: &FernetStreamError) -> Self {
        match error {
            FernetStreamError::Token(error) => error.into(),
            FernetStreamError::Read(_) | FernetStreamError::Write(_) => Self::internal(),
        }
    }
}
