//! Why a field was not sealed or not opened.

use crate::ring::KeyError;
use stockade_core::{EntropyError, Problem, ProblemKind, SealError};

/// Why a field was not sealed or not opened.
///
/// Only what anybody could read off the envelope, or what the caller said, has a reason of its own. The world is told nothing of
/// either: see the conversion to [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// It does not open: altered, another place's, or sealed by another key under the same id. Which one is not said, so that
    /// nobody can ask.
    #[error("the sealed field does not open")]
    Refused,
    /// The key that sealed it is not in the ring, or was destroyed.
    #[error("the key of the sealed field is not at hand")]
    Key(#[from] KeyError),
    /// A newer release sealed it, or it is not an envelope at all.
    #[error(
        "the sealed field has version `{version}` and flags `{flags:#04x}`, which this release cannot read"
    )]
    Unsupported {
        /// Its first byte.
        version: u8,
        /// Its second byte.
        flags: u8,
    },
    /// Shorter than any envelope, or longer than any.
    #[error("the field is not sealed: no envelope has its length")]
    NotAnEnvelope,
    /// The text is longer than a field may be.
    #[error("the text is longer than {max} bytes: seal it as a file")]
    TooLong {
        /// The most bytes.
        max: usize,
    },
    /// A table, column, row or purpose is empty or too long.
    #[error("a name or the row in the context of the field is empty or too long")]
    Context,
    /// It opens, and what is in it is not of the type that was asked for.
    #[error("the opened field is not `{wanted}`")]
    Type {
        /// The name of the type: [`FieldValue::NAME`](super::FieldValue::NAME).
        wanted: &'static str,
    },
    /// There was no randomness for a nonce.
    #[error("the field was not sealed for want of a nonce")]
    Entropy(#[from] EntropyError),
}

impl From<&FieldError> for Problem {
    /// The one thing that the world learns is that its own text is too long. Whatever does not open is a fault of ours, and looks
    /// like any other.
    fn from(error: &FieldError) -> Self {
        match error {
            FieldError::TooLong { .. } => {
                Self::new(ProblemKind::TooLarge, "field_too_large", "a field is longer than is accepted")
            }
            FieldError::Entropy(error) => Self::from(*error),
            _ => Self::internal(),
        }
    }
}

impl From<FieldError> for SealError {
    fn from(error: FieldError) -> Self {
        match error {
            // of a context, only a developer's mistake: too long is the nearest that the seam can say
            FieldError::TooLong { .. } | FieldError::Context => Self::TooLong,
            FieldError::Entropy(_) => Self::Unavailable,
            _ => Self::Refused,
        }
    }
}
