//! Why there is no connection.

use crate::InvalidPostgresConfig;
use crate::error::{Trouble, trouble};
use sqlx::migrate::MigrateError;
use std::error::Error;

/// Why a database was not taken for a store. In no case has anything in it been changed or lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// A value of the configuration is out of bounds.
    #[error(transparent)]
    Config(#[from] InvalidPostgresConfig),
    /// The URL is none, or too long. It is not repeated: there may be a password in it.
    #[error("the database URL must have the form `postgres://USER@HOST/DATABASE`")]
    Url,
    /// The server is on another machine, and the URL does not demand that it proves who it is.
    #[error("the database server `{host}` is on another machine: add `sslmode=verify-full` to the URL")]
    UnverifiedServer {
        /// The server's name.
        host: String,
    },
    /// The URL demands TLS, and this build has none.
    #[error("the database URL demands TLS, for which the crate feature `tls` must be on")]
    NoTls,
    /// The database does not keep text as UTF-8.
    #[error("the database has the encoding `{encoding}`, not UTF8")]
    Encoding {
        /// The encoding, in the server's words.
        encoding: String,
    },
    /// There is a schema `stockade` that this crate did not make.
    #[error("the schema `stockade` belongs to another application")]
    Foreign,
    /// A later version of this crate made the schema. Use that version, or a backup from before.
    #[error("the schema was made by a later version (migration {migration})")]
    NewerSchema {
        /// The first migration that this version does not know.
        migration: i64,
    },
    /// A migration was applied that is not the one of this version with the same number.
    #[error("the schema is not the one that this version made (migration {migration})")]
    AlteredSchema {
        /// The migration that differs.
        migration: i64,
    },
    /// The schema lacks a migration, and the configuration does not allow to apply it.
    #[error("the schema lacks migration {migration}, and `migrate` is off")]
    Behind {
        /// The first migration that is missing.
        migration: i64,
    },
    /// Another process holds a lock for longer than the configuration waits.
    #[error("another process holds the schema")]
    Busy(#[source] Box<dyn Error + Send + Sync>),
    /// The server does not answer, does not let us in, or refuses.
    #[error("the database cannot be used")]
    Database(#[source] Box<dyn Error + Send + Sync>),
}

impl From<sqlx::Error> for ConnectError {
    fn from(error: sqlx::Error) -> Self {
        match trouble(&error) {
            Trouble::Busy | Trouble::Contended => Self::Busy(error.into()),
            Trouble::Nonsense | Trouble::Unreachable | Trouble::Lost => Self::Database(error.into()),
        }
    }
}

impl From<MigrateError> for ConnectError {
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
