//! What can go wrong with factors.

use crate::password::PasswordError;
use stockade_core::{EntropyError, Problem, SealError, StoreError};

/// A factor could not be kept or judged. Whatever was presented is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FactorError {
    /// The store failed.
    #[error("the store of second factors failed")]
    Store(#[from] StoreError),
    /// A secret could not be sealed or opened.
    #[error("a totp secret could not be sealed or opened")]
    Seal(#[from] SealError),
    /// What was opened is no secret of ours.
    #[error("an opened totp secret has the wrong length")]
    ForeignSecret,
    /// The system gave no randomness for a secret.
    #[error("no randomness for a totp secret")]
    Entropy(#[from] EntropyError),
}

impl From<&FactorError> for Problem {
    fn from(error: &FactorError) -> Self {
        match error {
            FactorError::Store(store) => store.into(),
            FactorError::Seal(SealError::Unavailable) => Self::unavailable(),
            FactorError::Seal(_) | FactorError::ForeignSecret => Self::internal(),
            FactorError::Entropy(entropy) => (*entropy).into(),
        }
    }
}

/// Backup codes could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The hash could not be computed.
    #[error("a backup code could not be hashed")]
    Hash(#[from] PasswordError),
    /// The system gave no randomness.
    #[error("no randomness for backup codes")]
    Entropy(#[from] EntropyError),
}

impl From<&BackupError> for Problem {
    fn from(error: &BackupError) -> Self {
        match error {
            BackupError::Hash(hash) => hash.into(),
            BackupError::Entropy(entropy) => (*entropy).into(),
        }
    }
}
