//! The handle on the file.

use crate::{OpenError, SqliteConfig, file, schema};
use sqlx::ConnectOptions;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;

/// One SQLite file as the store of every domain. A clone is a handle on the same connections.
///
/// Within the process all writers share one connection and queue for it in the order of their coming, so that they never find
/// each other's locks; readers have their own connections, which cannot write, and do not wait for writers. Other processes may
/// have the same file open: a write takes SQLite's lock before it reads what it decides on.
///
/// `Ok` from a write means that the disk has it (write-ahead log, `synchronous = FULL`): it survives a power cut as far as the
/// disk tells the truth. That costs one flush a write.
#[derive(Debug, Clone)]
pub struct Sqlite {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
}

impl Sqlite {
    /// Opens the file at `path` with the default [`SqliteConfig`]; creates it, for its owner alone, if there is none.
    ///
    /// # Errors
    /// The file is no database, another application's, a later version's, damaged or locked; see [`OpenError`]. It is then as it
    /// was before.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_with(path, &SqliteConfig::default()).await
    }

    /// Opens the file at `path` as `config` says.
    ///
    /// # Errors
    /// As [`open`](Self::open), or a value of `config` is out of bounds.
    pub async fn open_with(path: impl AsRef<Path>, config: &SqliteConfig) -> Result<Self, OpenError> {
        config.validate()?;
        // An absolute path is never one of the names, such as `:memory:`, to which SQLite gives a meaning of its own.
        let path = std::path::absolute(path)?;
        file::create(&path)?;
        file::examine(&path)?;
        let options = connect_options(&path, config);
        schema::prepare(&options, config.patience()).await?;
        let Pools { writer, readers } = Pools::open(options, config).await?;
        Ok(Self { writer, readers })
    }

    /// Waits for the calls that are under way, and closes the file. Calls made later on any clone fail as
    /// [`Unavailable`](stockade_core::StoreErrorKind::Unavailable).
    ///
    /// Without it nothing is lost; the next to open the file has the log to fold in.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// One connection that writes, and some that cannot.
pub(crate) struct Pools {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
}

impl Pools {
    pub(crate) async fn open(
        options: SqliteConnectOptions,
        config: &SqliteConfig,
    ) -> Result<Self, OpenError> {
        let pool = || {
            SqlitePoolOptions::new()
                .acquire_timeout(config.patience())
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
        };
        let writer = pool().max_connections(1).connect_with(options.clone()).await?;
        let readers = pool().max_connections(config.readers).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, readers })
    }
}

/// `trusted_schema` off: a schema that somebody planted cannot call functions with side effects. `cell_size_check` on: a damaged
/// page is found when it is read. `secure_delete` as `FAST`: what is removed from a page is overwritten there with zeros, which costs no
/// further write; the tables of wrapped keys rely on it where a page is divided.
pub(crate) fn connect_options(path: &Path, config: &SqliteConfig) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(config.patience())
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("secure_delete", "FAST")
        .disable_statement_logging()
}
