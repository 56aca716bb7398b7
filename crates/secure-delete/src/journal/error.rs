//! Why a journal cannot be used.

use crate::error::OsError;
use stockade_core::Problem;

/// Why a journal cannot be used. It carries no name and nothing that was read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(tag = "error", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum JournalError {
    /// It is not as long as a journal is.
    #[error("not the length of a journal")]
    Length,
    /// It begins otherwise than a journal does.
    #[error("not a journal")]
    Format,
    /// A later version wrote it.
    #[error("a journal of another version")]
    Version,
    /// What is in it is not what was written.
    #[error("the journal is damaged")]
    Damaged,
    /// It is readable or writable by others, who could choose what is deleted.
    #[error("the journal belongs to others, or others may write to it")]
    Exposed,
    /// The system refused.
    #[error("the journal cannot be read or written")]
    Os {
        /// What it said.
        #[source]
        source: OsError,
    },
}

impl From<rustix::io::Errno> for JournalError {
    fn from(error: rustix::io::Errno) -> Self {
        Self::Os { source: error.into() }
    }
}

impl From<&JournalError> for Problem {
    fn from(_: &JournalError) -> Self {
        Self::internal()
    }
}
