//! Why a key was not wrapped or unwrapped.

use crate::ring::disk::DiskError;
use std::io;
use stockade_core::{EntropyError, Problem};

/// A key was not wrapped or unwrapped. For the operator; it never holds a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WrapError {
    /// What was wrapped does not unwrap: it was altered, or wrapped under another key. Which one is not said.
    #[error("the wrapped key does not unwrap")]
    Refused,
    /// The wrapper's name does not fit a file.
    #[error("a wrapper's name has 1 to 128 of `A-Z a-z 0-9 . _ : / @ -`")]
    Name,
    /// The wrapper gave too few or too many octets.
    #[error("the wrapper returned {len} octets")]
    Size {
        /// How many; where it went on, how many were read.
        len: usize,
    },
    /// The file of the wrapping key was not read or written.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The wrapper's program did not start, or could not be spoken with.
    #[error("cannot run the wrapper's program")]
    Program(#[source] io::Error),
    /// The wrapper's program is not named by an absolute path.
    #[error("the wrapper's program must be an absolute path")]
    RelativeProgram,
    /// The wrapper's program said that it failed.
    #[error("the wrapper's program failed with status `{0}`")]
    Status(i32),
    /// The address of the service is not one that is spoken to; the text says which are.
    #[error("the address of the wrapping service is refused: {0}")]
    Address(&'static str),
    /// What was given as root certificates is no PEM, or has no certificate in it.
    #[error("the root certificates are not pem, or there is none")]
    Roots,
    /// The service was not reached, or what it said was no HTTP.
    #[error("the wrapping service was not reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The service answered with another status than 200. A redirect is one: it is never followed.
    #[error("the wrapping service answered with status `{0}`")]
    Answer(u16),
    /// The service answered with 200 and something else than a key.
    #[error("the wrapping service gave an answer of another form")]
    Form,
    /// The wrapper did not answer in time.
    #[error("the wrapper did not answer in time")]
    Timeout,
    /// The system gave no randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl From<&WrapError> for Problem {
    fn from(error: &WrapError) -> Self {
        match error {
            WrapError::Program(_)
            | WrapError::Status(_)
            | WrapError::Timeout
            | WrapError::Unreachable(_)
            | WrapError::Answer(_)
            | WrapError::Entropy(_) => Self::unavailable(),
            _ => Self::internal(),
        }
    }
}
