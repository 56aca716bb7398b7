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
            WrapError::Program(_) | WrapError::Status(_) | WrapError::Timeout | WrapError::Entropy(_) => {
                Self::unavailable()
            }
            _ => Self::internal(),
        }
    }
}
