//! A row, as far as a walk sees it.

use crate::field::{Reseal, RowId};
use std::fmt;

/// The primary key of a row. Numbers come before texts and texts before bytes; texts are compared byte by byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// Bytes, such as those of a UUID.
    Bytes(Vec<u8>),
}

impl<'a> From<&'a RowKey> for RowId<'a> {
    fn from(key: &'a RowKey) -> Self {
        match key {
            RowKey::Number(number) => (*number).into(),
            RowKey::Text(text) => RowId::Text(text),
            RowKey::Bytes(bytes) => RowId::Bytes(bytes),
        }
    }
}

/// What stands in one column of a row. Not shown by `Debug`: on the way from plaintext to sealed it is what must not be seen.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// Bytes: a sealed field.
    Bytes(Vec<u8>),
    /// A text: a Fernet token, or what was never sealed.
    Text(String),
    /// A whole number, which was never sealed.
    Number(i64),
}

impl Cell {
    /// How many bytes it has.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Null | Self::Number(_) => 0,
            Self::Bytes(bytes) => bytes.len(),
            Self::Text(text) => text.len(),
        }
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Null => return f.write_str("Null"),
            Self::Bytes(_) => "Bytes",
            Self::Text(_) => "Text",
            Self::Number(_) => return f.write_str("Number([redacted])"),
        };
        write!(f, "{kind}([{} bytes])", self.len())
    }
}

/// One row: its key, its tenant where the table has that column, and the cells of the walked columns in the order in which the store
/// was given them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// Its primary key.
    pub key: RowKey,
    /// What stands in the column of the tenant.
    pub tenant: Option<String>,
    /// What stands in the walked columns.
    pub cells: Vec<Cell>,
}

impl Row {
    /// A row of no tenant.
    #[must_use]
    pub fn new(key: RowKey, cells: Vec<Cell>) -> Self {
        Self { key, tenant: None, cells }
    }

    /// The same row as `tenant`'s.
    #[must_use]
    pub fn of_tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// How many bytes its cells have.
    #[must_use]
    pub fn size(&self) -> usize {
        self.cells.iter().map(Cell::len).sum()
    }
}

/// What is to become of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Change {
    /// It is as it should be.
    Current,
    /// These cells take the place of all those that were read, if they still stand there.
    Replace(Vec<Cell>),
}

impl From<Reseal> for Change {
    /// For a walk over one column.
    fn from(reseal: Reseal) -> Self {
        match reseal {
            Reseal::Current => Self::Current,
            Reseal::Resealed(bytes) => Self::Replace(vec![Cell::Bytes(bytes)]),
        }
    }
}
