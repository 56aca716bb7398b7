//! How far walks have come.

use super::value::{bind_key, cell, key};
use crate::domain::{integer, store_error};
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqliteExecutor, SqlitePool};
use stockade_core::StoreError;
use stockade_crypto_at_rest::walk::{Cell, Progress, WalkName};

pub(super) async fn load(executor: impl SqliteExecutor<'_>, walk: &WalkName) -> Result<Progress, StoreError> {
    let row = sqlx::query(
        "SELECT after, finished, row_count, replace_count, fail_count FROM stockade_walks WHERE name = ?",
    )
    .bind(walk.as_str())
    .fetch_optional(executor)
    .await
    .map_err(store_error)?;
    let mut progress = Progress::default();
    if let Some(row) = &row {
        progress.after = key(row, 0)?;
        progress.finished = count(row, 1)? == 1;
        progress.rows = count(row, 2)?;
        progress.replaced = count(row, 3)?;
        progress.failed = count(row, 4)?;
    }
    Ok(progress)
}

fn count(row: &SqliteRow, column: usize) -> Result<u64, StoreError> {
    match cell(row, column)? {
        Cell::Number(number) => u64::try_from(number).map_err(StoreError::corrupt),
        _ => Err(StoreError::corrupt("a count is no number")),
    }
}

pub(super) async fn save(
    connection: &mut SqliteConnection,
    walk: &WalkName,
    progress: &Progress,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "INSERT INTO stockade_walks (name, after, finished, row_count, replace_count, fail_count)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET after = excluded.after, finished = excluded.finished,
             row_count = excluded.row_count, replace_count = excluded.replace_count,
             fail_count = excluded.fail_count",
    )
    .bind(walk.as_str());
    let query = match &progress.after {
        None => query.bind(None::<i64>),
        Some(key) => bind_key(query, key),
    };
    query
        .bind(progress.finished)
        .bind(integer(progress.rows))
        .bind(integer(progress.replaced))
        .bind(integer(progress.failed))
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

pub(super) async fn forget(pool: &SqlitePool, walk: &WalkName) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM stockade_walks WHERE name = ?")
        .bind(walk.as_str())
        .execute(pool)
        .await
        .map(drop)
        .map_err(store_error)
}
