//! Why a stored ring was not read or written.

use crate::kdf::KdfError;
use crate::ring::wrap::WrapError;
use stockade_core::{EntropyError, Problem};

/// A stored ring was not read, opened or sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealedRingError {
    /// It does not open: a wrong password, a wrong wrapping key or altered contents. Which one is not said.
    #[error("the key ring does not open")]
    Refused,
    /// It is larger than [`SealedRing::MAX_LEN`](super::SealedRing::MAX_LEN).
    #[error("the key ring is larger than one mebibyte")]
    TooLarge,
    /// It is not byte for byte what would be written. The file was cut, damaged, or edited by hand.
    #[error("the key ring is malformed: {0}")]
    Malformed(&'static str),
    /// It was written by a later version.
    #[error("the key ring is of version `{0}`, and only version 1 is supported")]
    UnsupportedVersion(u64),
    /// It opens, but its secrets are not those that its list commits to. A program other than this one wrote it.
    #[error("the secrets of the key ring are not those of its list")]
    Inconsistent,
    /// It is unlocked by something other than what was offered.
    #[error("the key ring is unlocked by `{wanted}`, and {offered} was offered")]
    OtherLock {
        /// What the file names.
        wanted: String,
        /// What was offered.
        offered: &'static str,
    },
    /// The password, or the cost of deriving a key from it, was refused.
    #[error(transparent)]
    Kdf(#[from] KdfError),
    /// The wrapper failed.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// The system gave no randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl From<&SealedRingError> for Problem {
    fn from(error: &SealedRingError) -> Self {
        match error {
            SealedRingError::Kdf(error) => error.into(),
            SealedRingError::Wrap(error) => error.into(),
            SealedRingError::Entropy(error) => (*error).into(),
            _ => Self::internal(),
        }
    }
}
