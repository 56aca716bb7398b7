//! Why signing keys cannot be had or changed.

use super::ScheduleError;
use super::record::NotALine;
use crate::jose::KeyError;
use stockade_core::{Problem, SealError, StoreError};

/// Signing keys cannot be had or changed. Those that a process holds already stay in use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SigningKeysError {
    /// The schedule makes no sense.
    #[error("the rotation schedule makes no sense")]
    Schedule(#[from] ScheduleError),
    /// The store failed.
    #[error("the store of signing keys failed")]
    Store(#[from] StoreError),
    /// The record could not be sealed or opened.
    #[error("the record of signing keys cannot be sealed or opened")]
    Seal(#[from] SealError),
    /// The record holds something else.
    #[error("the record of signing keys is damaged")]
    Record(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A key could not be made.
    #[error("no signing key could be made")]
    Key(#[from] KeyError),
    /// The store holds an older record than this process has seen, or none any more: somebody put a backup in place, or an attacker
    /// an old key.
    #[error("the record of signing keys has version {found}, older than {seen}, which was read before")]
    Rollback {
        /// The newest version that was read.
        seen: u64,
        /// The version that is there now; zero for none.
        found: u64,
    },
    /// Others kept changing the record meanwhile.
    #[error("the record of signing keys kept changing")]
    Contended,
    /// So many keys are still in force that no other has room.
    #[error("too many signing keys are in force: wait until one is dropped")]
    Full,
}

impl From<NotALine> for SigningKeysError {
    fn from(error: NotALine) -> Self {
        match error {
            NotALine::Form => Self::Record(Box::new(error)),
            NotALine::Key(key) => Self::Record(Box::new(key)),
        }
    }
}

impl From<&SigningKeysError> for Problem {
    fn from(error: &SigningKeysError) -> Self {
        match error {
            SigningKeysError::Store(store) => store.into(),
            SigningKeysError::Contended | SigningKeysError::Full => Self::unavailable(),
            _ => Self::internal(),
        }
    }
}
