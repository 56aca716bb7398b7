//! The clinic's own tables, in a file of their own. Knows ids and sealed cells, and neither keys nor plaintext.

mod analyses;
mod chats;
mod images;
mod patients;

pub(crate) use analyses::AnalysisRow;
pub(crate) use chats::ChatRow;
pub(crate) use patients::PatientRow;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;
use stockade::core::{StoreError, UnixMillis};

/// The most patients that one record number finds, and the most analyses or chats on one page.
pub(crate) const MAX_ROWS: u32 = 100;

/// The tables. A clone is another handle on the same connections: one that writes, and some that cannot.
#[derive(Clone)]
pub(crate) struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// A change that is undone unless it is committed.
#[must_use = "a change that is dropped did not happen"]
pub(crate) struct Change(Transaction<'static, Sqlite>);

impl Change {
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.0.commit().await.map_err(unavailable)
    }
}

impl Store {
    /// Opens the file; creates it, for its owner alone, if there is none. SQLite gives its journals the mode of the file.
    pub(crate) async fn open(path: &Path) -> Result<Self, sqlx::Error> {
        let mut file = OpenOptions::new();
        file.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
        file.open(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::raw_sql(include_str!("../schema.sql")).execute(&writer).await?;
        let readers =
            SqlitePoolOptions::new().max_connections(4).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, readers })
    }

    async fn change(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)
    }
}

/// As SQLite counts.
pub(crate) fn millis(at: UnixMillis) -> i64 {
    i64::try_from(at.as_millis()).unwrap_or(i64::MAX)
}

fn unavailable(error: sqlx::Error) -> StoreError {
    StoreError::unavailable(error)
}
