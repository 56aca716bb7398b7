//! How far walks have come.

use crate::domain::{column, integer, number, store_error};
use sqlx::postgres::{PgConnection, PgExecutor, PgRow};
use sqlx::{PgPool, query};
use stockade_core::StoreError;
use stockade_crypto_at_rest::walk::{Progress, RowKey, WalkName};

pub(super) async fn load(executor: impl PgExecutor<'_>, walk: &WalkName) -> Result<Progress, StoreError> {
    let row = query("SELECT * FROM stockade.walks WHERE name = $1")
        .bind(walk.as_str())
        .fetch_optional(executor)
        .await
        .map_err(store_error)?;
    let mut progress = Progress::default();
    if let Some(row) = &row {
        progress.after = after(row)?;
        progress.finished = column(row, "finished")?;
        progress.rows = number(row, "row_count")?;
        progress.replaced = number(row, "replace_count")?;
        progress.failed = number(row, "fail_count")?;
    }
    Ok(progress)
}

fn after(row: &PgRow) -> Result<Option<RowKey>, StoreError> {
    let number = column::<Option<i64>>(row, "after_number")?.map(RowKey::Number);
    let text = column::<Option<String>>(row, "after_text")?.map(RowKey::Text);
    let bytes = column::<Option<Vec<u8>>>(row, "after_bytes")?.map(RowKey::Bytes);
    Ok(number.or(text).or(bytes))
}

pub(super) async fn save(
    connection: &mut PgConnection,
    walk: &WalkName,
    progress: &Progress,
) -> Result<(), StoreError> {
    let (mut number, mut text, mut bytes) = (None, None, None);
    match &progress.after {
        None => {}
        Some(RowKey::Number(key)) => number = Some(*key),
        Some(RowKey::Text(key)) => text = Some(&**key),
        Some(RowKey::Bytes(key)) => bytes = Some(&**key),
    }
    query(
        "INSERT INTO stockade.walks (name, after_number, after_text, after_bytes, finished, row_count,
             replace_count, fail_count)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (name) DO UPDATE SET after_number = excluded.after_number,
             after_text = excluded.after_text, after_bytes = excluded.after_bytes,
             finished = excluded.finished, row_count = excluded.row_count,
             replace_count = excluded.replace_count, fail_count = excluded.fail_count",
    )
    .bind(walk.as_str())
    .bind(number)
    .bind::<Option<&str>>(text)
    .bind::<Option<&[u8]>>(bytes)
    .bind(progress.finished)
    .bind(integer(progress.rows))
    .bind(integer(progress.replaced))
    .bind(integer(progress.failed))
    .execute(connection)
    .await
    .map(drop)
    .map_err(store_error)
}

pub(super) async fn forget(pool: &PgPool, walk: &WalkName) -> Result<(), StoreError> {
    query("DELETE FROM stockade.walks WHERE name = $1")
        .bind(walk.as_str())
        .execute(pool)
        .await
        .map(drop)
        .map_err(store_error)
}
