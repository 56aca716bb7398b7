//! Reading a batch.

use super::spec::Statements;
use super::value::{bind_key, cell, key};
use crate::domain::{integer, store_error};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, SqlitePool};
use std::future::poll_fn;
use stockade_core::StoreError;
use stockade_crypto_at_rest::walk::{BatchLimit, Cell, Row, RowKey};

/// Rows arrive one by one, so that no more is held than the batch may have.
pub(super) async fn batch(
    pool: &SqlitePool,
    statements: &Statements,
    after: Option<&RowKey>,
    limit: BatchLimit,
) -> Result<Vec<Row>, StoreError> {
    let query = match after {
        None => sqlx::query(AssertSqlSafe(statements.first.clone())),
        Some(after) => bind_key(sqlx::query(AssertSqlSafe(statements.next.clone())), after),
    };
    let mut found = query.bind(integer(limit.rows.max(1) as u64)).fetch(pool);
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while let Some(next) = poll_fn(|context| found.as_mut().poll_next(context)).await {
        let row = row(&next.map_err(store_error)?, statements.cells)?;
        if !limit.admits(rows.len(), &mut bytes, &row) {
            break;
        }
        rows.push(row);
    }
    Ok(rows)
}

fn row(row: &SqliteRow, cells: usize) -> Result<Row, StoreError> {
    let key = key(row, 0)?.ok_or_else(|| StoreError::corrupt("a row has no key"))?;
    let tenant = match cell(row, 1)? {
        Cell::Null => None,
        Cell::Text(tenant) => Some(tenant),
        Cell::Number(tenant) => Some(tenant.to_string()),
        Cell::Bytes(_) => return Err(StoreError::corrupt("a tenant is bytes")),
    };
    let cells = (2..2 + cells).map(|column| cell(row, column)).collect::<Result<_, _>>()?;
    let row = Row::new(key, cells);
    Ok(match tenant {
        Some(tenant) => row.of_tenant(tenant),
        None => row,
    })
}
