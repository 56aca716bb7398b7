//! Which types are walked, and as what.

use crate::domain::store_error;
use sqlx::Row as _;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use stockade_core::StoreError;
use stockade_crypto_at_rest::walk::{Cell, RowKey};

pub(super) type Statement<'a> = Query<'a, sqlx::Postgres, PgArguments>;

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Bytes,
    /// Bytes to a walk, and to SQL a type of its own.
    Uuid,
}

impl Kind {
    /// By the name of a type of PostgreSQL's own.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "int2" | "int4" | "int8" => Some(Self::Number),
            "text" | "varchar" => Some(Self::Text),
            "bytea" => Some(Self::Bytes),
            "uuid" => Some(Self::Uuid),
            _ => None,
        }
    }

    /// The column, as what is read.
    pub(super) fn read(self, column: &str) -> String {
        match self {
            Self::Number => format!("{column}::bigint"),
            Self::Text => format!("{column}::text"),
            Self::Bytes => column.to_owned(),
            Self::Uuid => format!("uuid_send({column})"),
        }
    }

    /// What is bound, as what the column is compared with.
    pub(super) fn write(self, value: &str) -> String {
        match self {
            Self::Number => format!("{value}::bigint"),
            Self::Text => format!("{value}::text"),
            Self::Bytes => format!("{value}::bytea"),
            Self::Uuid => format!("encode({value}::bytea, 'hex')::uuid"),
        }
    }

    /// The type of the array in which such values are bound.
    pub(super) fn array(self) -> &'static str {
        match self {
            Self::Number => "bigint[]",
            Self::Text => "text[]",
            Self::Bytes | Self::Uuid => "bytea[]",
        }
    }

    pub(super) fn cell(self, row: &PgRow, column: usize) -> Result<Cell, StoreError> {
        let cell = match self {
            Self::Number => row.try_get::<Option<i64>, _>(column).map(|cell| cell.map(Cell::Number)),
            Self::Text => row.try_get::<Option<String>, _>(column).map(|cell| cell.map(Cell::Text)),
            Self::Bytes | Self::Uuid => {
                row.try_get::<Option<Vec<u8>>, _>(column).map(|cell| cell.map(Cell::Bytes))
            }
        };
        cell.map(|cell| cell.unwrap_or(Cell::Null)).map_err(store_error)
    }

    /// Binds one key, which has to be of this kind.
    pub(super) fn bind_key<'a>(
        self,
        query: Statement<'a>,
        key: &'a RowKey,
    ) -> Result<Statement<'a>, StoreError> {
        match (self, key) {
            (Self::Number, RowKey::Number(number)) => Ok(query.bind(*number)),
            (Self::Text, RowKey::Text(text)) => Ok(query.bind(&**text)),
            (Self::Bytes | Self::Uuid, RowKey::Bytes(bytes)) => Ok(query.bind(&**bytes)),
            _ => Err(StoreError::corrupt("a key is of another kind than its column")),
        }
    }

    /// Binds a column of cells, which have to be of this kind or nothing.
    pub(super) fn bind_all<'a>(
        self,
        query: Statement<'a>,
        cells: impl Iterator<Item = Option<&'a Cell>>,
    ) -> Result<Statement<'a>, StoreError> {
        let alien = || StoreError::corrupt("a cell is of another kind than its column");
        match self {
            Self::Number => {
                let number = |cell: Option<&Cell>| match cell {
                    Some(Cell::Number(number)) => Ok(Some(*number)),
                    Some(Cell::Null) => Ok(None),
                    _ => Err(alien()),
                };
                Ok(query.bind(cells.map(number).collect::<Result<Vec<_>, _>>()?))
            }
            Self::Text => {
                let text = |cell: Option<&'a Cell>| match cell {
                    Some(Cell::Text(text)) => Ok(Some(&**text)),
                    Some(Cell::Null) => Ok(None),
                    _ => Err(alien()),
                };
                Ok(query.bind(cells.map(text).collect::<Result<Vec<Option<&str>>, _>>()?))
            }
            Self::Bytes | Self::Uuid => {
                let bytes = |cell: Option<&'a Cell>| match cell {
                    Some(Cell::Bytes(bytes)) => Ok(Some(&**bytes)),
                    Some(Cell::Null) => Ok(None),
                    _ => Err(alien()),
                };
                Ok(query.bind(cells.map(bytes).collect::<Result<Vec<Option<&[u8]>>, _>>()?))
            }
        }
    }
}

/// A key as a cell, for binding several at once.
pub(super) fn as_cell(key: &RowKey) -> Cell {
    match key {
        RowKey::Number(number) => Cell::Number(*number),
        RowKey::Text(text) => Cell::Text(text.clone()),
        RowKey::Bytes(bytes) => Cell::Bytes(bytes.clone()),
    }
}
