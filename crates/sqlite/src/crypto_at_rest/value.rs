//! Values of SQLite, whose kind is the value's own and not the column's.

use crate::domain::store_error;
use sqlx::error::BoxDynError;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow, SqliteValueRef};
use sqlx::{Decode, Row as _, TypeInfo, ValueRef};
use stockade_core::StoreError;
use stockade_crypto_at_rest::walk::{Cell, RowKey};

pub(super) type Statement<'a> = Query<'a, sqlx::Sqlite, SqliteArguments>;

pub(super) fn bind_key<'a>(query: Statement<'a>, key: &'a RowKey) -> Statement<'a> {
    match key {
        RowKey::Number(number) => query.bind(*number),
        RowKey::Text(text) => query.bind(&**text),
        RowKey::Bytes(bytes) => query.bind(&**bytes),
    }
}

pub(super) fn bind_cell<'a>(query: Statement<'a>, cell: &'a Cell) -> Statement<'a> {
    match cell {
        Cell::Null => query.bind(None::<&[u8]>),
        Cell::Number(number) => query.bind(*number),
        Cell::Text(text) => query.bind(&**text),
        Cell::Bytes(bytes) => query.bind(&**bytes),
    }
}

/// The key in a column, if there is one.
pub(super) fn key(row: &SqliteRow, column: usize) -> Result<Option<RowKey>, StoreError> {
    Ok(match cell(row, column)? {
        Cell::Null => None,
        Cell::Number(number) => Some(RowKey::Number(number)),
        Cell::Text(text) => Some(RowKey::Text(text)),
        Cell::Bytes(bytes) => Some(RowKey::Bytes(bytes)),
    })
}

pub(super) fn cell(row: &SqliteRow, column: usize) -> Result<Cell, StoreError> {
    let value = row.try_get_raw(column).map_err(store_error)?;
    decode(value).map_err(StoreError::corrupt)
}

fn decode(value: SqliteValueRef<'_>) -> Result<Cell, BoxDynError> {
    if value.is_null() {
        return Ok(Cell::Null);
    }
    let kind = value.type_info();
    match kind.name() {
        "INTEGER" => <i64 as Decode<sqlx::Sqlite>>::decode(value).map(Cell::Number),
        "TEXT" => <String as Decode<sqlx::Sqlite>>::decode(value).map(Cell::Text),
        "BLOB" => <Vec<u8> as Decode<sqlx::Sqlite>>::decode(value).map(Cell::Bytes),
        _ => Err("a floating number cannot be walked".into()),
    }
}
