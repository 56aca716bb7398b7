//! Why a file was not opened.

use crate::InvalidSqliteConfig;
use crate::error::{Trouble, trouble};
use sqlx::migrate::MigrateError;
use std::error::Error;

/// Why a file was not opened as a store. In no case has anything in it been changed or lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A value of the configuration is out of bounds.
    #[error(transparent)]
    Config(#[from] InvalidSqliteConfig),
    /// The file system refused.
    #[error("the database file cannot be opened")]
    Io(#[from] std::io::Error),
    /// The file has something in it that is no SQLite database.
    #[error("the file is not a database")]
    NotADatabase,
    /// A SQLite database of another application.
    #[error("the file is the database of another application (application id {application_id})")]
    Foreign {
        /// The mark of that application; 0 if it set none.
        application_id: u32,
    },
    /// A later version of this crate has written it. Use that version, or a backup from before.
    #[error("the database was written by a later version (migration {migration})")]
    NewerSchema {
        /// The first migration that this version does not know.
        migration: i64,
    },
    /// A migration was applied that is not the one of this version with the same number.
    #[error("the database has another schema than this version made (migration {migration})")]
    AlteredSchema {
        /// The migration that differs.
        migration: i64,
    },
    /// The file is torn or was overwritten. Restore a backup.
    #[error("the database file is damaged")]
    Damaged(#[source] Box<dyn Error + Send + Sync>),
    /// Another process kept the file locked for as long as the configuration waits.
    #[error("another process holds the database file")]
    Busy(#[source] Box<dyn Error + Send + Sync>),
    /// SQLite could not do it for another reason.
    #[error("the database cannot be used")]
    Database(#[source] Box<dyn Error + Send + Sync>),
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        match trouble(&error) {
            Trouble::Busy => Self::Busy(error.into()),
            Trouble::Nonsense => Self::Damaged(error.into()),
            Trouble::Unreachable | Trouble::Lost => Self::Database(error.into()),
        }
    }
}

impl From<MigrateError> for OpenError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            MigrateError::VersionMissing(migration) => Self::NewerSchema { migration },
            MigrateError::VersionMismatch(migration) | MigrateError::Dirty(migration) => {
                Self::AlteredSchema { migration }
            }
            other => Self::Database(other.into()),
        }
    }
}
