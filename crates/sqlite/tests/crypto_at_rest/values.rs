//! Keys and cells as SQLite has them, by a path of the tests' own.

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row as _, Sqlite, TypeInfo, ValueRef};
use stockade_crypto_at_rest::walk::{Cell, RowKey};

type Statement<'a> = Query<'a, Sqlite, SqliteArguments>;

pub(crate) fn bind_cell<'a>(query: Statement<'a>, cell: &'a Cell) -> Statement<'a> {
    match cell {
        Cell::Null => query.bind(None::<String>),
        Cell::Bytes(bytes) => query.bind(bytes),
        Cell::Text(text) => query.bind(text),
        Cell::Number(number) => query.bind(number),
    }
}

pub(crate) fn bind_key<'a>(query: Statement<'a>, key: &'a RowKey) -> Statement<'a> {
    match key {
        RowKey::Bytes(bytes) => query.bind(bytes),
        RowKey::Text(text) => query.bind(text),
        RowKey::Number(number) => query.bind(number),
    }
}

pub(crate) fn cell(row: &SqliteRow, column: usize) -> Cell {
    let value = row.try_get_raw(column).unwrap();
    if value.is_null() {
        return Cell::Null;
    }
    match value.type_info().name() {
        "BLOB" => Cell::Bytes(row.get(column)),
        "TEXT" => Cell::Text(row.get(column)),
        "INTEGER" => Cell::Number(row.get(column)),
        other => panic!("no test writes {other}"),
    }
}

pub(crate) fn key(row: &SqliteRow, column: usize) -> RowKey {
    match cell(row, column) {
        Cell::Bytes(bytes) => RowKey::Bytes(bytes),
        Cell::Text(text) => RowKey::Text(text),
        Cell::Number(number) => RowKey::Number(number),
        Cell::Null => panic!("no test writes a row without a key"),
    }
}
