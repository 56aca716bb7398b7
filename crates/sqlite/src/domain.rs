//! What the stores of all domains share.

use crate::Sqlite;
use crate::error::{Trouble, trouble};
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row, SqlitePool, Transaction, Type};
use stockade_core::StoreError;

impl Sqlite {
    /// A transaction that holds SQLite's write lock from its first moment: what it reads stays true until it commits. Dropped
    /// without a commit, it changes nothing.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, sqlx::Sqlite>, StoreError> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(store_error)
    }

    /// For a decision that is one statement: SQLite carries it out under its lock, whole or not at all.
    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// For questions. Each sees everything that was committed before it was asked.
    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.readers
    }
}

pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match trouble(&error) {
        Trouble::Busy | Trouble::Unreachable => StoreError::unavailable(error),
        Trouble::Lost => StoreError::conflict(error),
        Trouble::Nonsense => StoreError::corrupt(error),
    }
}

pub(crate) fn column<'r, T>(row: &'r SqliteRow, name: &'static str) -> Result<T, StoreError>
where
    T: Decode<'r, sqlx::Sqlite> + Type<sqlx::Sqlite>,
{
    row.try_get(name).map_err(store_error)
}

/// SQLite's integers are signed. Times and counts beyond 2⁶³ − 1 are as good as that one.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
