//! Reading a batch.

use super::kind::Kind;
use super::statements::Statements;
use crate::domain::{integer, store_error};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgPool};
use std::future::poll_fn;
use stockade_core::StoreError;
use stockade_crypto_at_rest::walk::{BatchLimit, Cell, Row, RowKey};

/// Rows arrive one by one, so that no more is held than the batch may have.
pub(super) async fn batch(
    pool: &PgPool,
    statements: &Statements,
    after: Option<&RowKey>,
    limit: BatchLimit,
) -> Result<Vec<Row>, StoreError> {
    let query = match after {
        None => sqlx::query(AssertSqlSafe(statements.first.clone())),
        Some(after) => statements.key.bind_key(sqlx::query(AssertSqlSafe(statements.next.clone())), after)?,
    };
    let mut found = query.bind(integer(limit.rows.max(1) as u64)).fetch(pool);
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while let Some(next) = poll_fn(|context| found.as_mut().poll_next(context)).await {
        let row = row(&next.map_err(store_error)?, statements)?;
        if !limit.admits(rows.len(), &mut bytes, &row) {
            break;
        }
        rows.push(row);
    }
    Ok(rows)
}

fn row(row: &PgRow, statements: &Statements) -> Result<Row, StoreError> {
    let key = match statements.key.cell(row, 0)? {
        Cell::Number(number) => RowKey::Number(number),
        Cell::Text(text) => RowKey::Text(text),
        Cell::Bytes(bytes) => RowKey::Bytes(bytes),
        Cell::Null => return Err(StoreError::corrupt("a row has no key")),
    };
    let tenant = match (statements.tenant, statements.tenant.unwrap_or(Kind::Text).cell(row, 1)?) {
        (_, Cell::Null) => None,
        (_, Cell::Text(tenant)) => Some(tenant),
        (_, Cell::Number(tenant)) => Some(tenant.to_string()),
        (Some(Kind::Uuid), Cell::Bytes(bytes)) => Some(hyphenated(&bytes)),
        (_, Cell::Bytes(_)) => return Err(StoreError::corrupt("a tenant is bytes")),
    };
    let cells = (2..).zip(statements.cells.iter()).map(|(column, kind)| kind.cell(row, column));
    let row = Row::new(key, cells.collect::<Result<_, _>>()?);
    Ok(match tenant {
        Some(tenant) => row.of_tenant(tenant),
        None => row,
    })
}

/// As PostgreSQL writes a UUID (RFC 9562 §4).
fn hyphenated(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text += &format!("{byte:02x}");
    }
    text
}
