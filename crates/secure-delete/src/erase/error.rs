//! What can go wrong, as opposed to what is refused.

use super::{Tombstone, WrapError};
use stockade_core::{EntropyError, Problem, ProblemKind, StoreError};

/// A key could not be made, opened or erased.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EraseError {
    /// The key store failed.
    #[error("the key store failed")]
    Store(#[from] StoreError),
    /// Wrapping or unwrapping failed.
    #[error("the object's key could not be wrapped or unwrapped")]
    Wrap(#[from] WrapError),
    /// The system gave no randomness for a key.
    #[error("no randomness for an object's key")]
    Entropy(#[from] EntropyError),
    /// The object has a key already: open it with [`CryptoErasure::key`](super::CryptoErasure::key), or take another id.
    #[error("the object has a key already")]
    Exists,
    /// The object's key was erased. It never gets another.
    #[error("the object's key was erased")]
    Erased(Tombstone),
    /// The key store knows no such object.
    #[error("the key store knows no such object")]
    Unknown,
    /// What was unwrapped is not the key that the store says it is: the row was tampered with, or an older one put back.
    #[error("the unwrapped key is not the one that was kept")]
    Mismatch,
}

impl From<&EraseError> for Problem {
    fn from(error: &EraseError) -> Self {
        match error {
            EraseError::Store(store) => store.into(),
            EraseError::Wrap(wrap) => wrap.into(),
            EraseError::Entropy(entropy) => (*entropy).into(),
            EraseError::Exists => Self::new(ProblemKind::Conflict, "exists", "there is such a thing already"),
            // Whether there was something is nobody's business.
            EraseError::Erased(_) | EraseError::Unknown => Self::not_found(),
            EraseError::Mismatch => Self::internal(),
        }
    }
}
