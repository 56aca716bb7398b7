//! Which table, and the SQL that its names become.

use crate::OpenError;
use std::sync::Arc;
use stockade_core::StoreError;

/// Names a table, its key, and the columns that are walked.
///
/// Names are of `A–Z a–z 0–9 _`, do not begin with a digit, and have at most 128 characters: they become SQL, and nothing else may.
///
/// ```
/// use stockade_sqlite::TableSpec;
/// let patients = TableSpec::new("patients", "id").tenant("tenant").cell("name").cell("notes");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    table: String,
    key: String,
    tenant: Option<String>,
    cells: Vec<String>,
}

impl TableSpec {
    /// The most characters of a name.
    pub const MAX_NAME: usize = 128;

    /// The most columns that are walked.
    pub const MAX_CELLS: usize = 16;

    /// The table `table` with the primary key, or the unique column without NULLs, `key`.
    #[must_use]
    pub fn new(table: impl Into<String>, key: impl Into<String>) -> Self {
        Self { table: table.into(), key: key.into(), tenant: None, cells: Vec::new() }
    }

    /// Says in which column the tenant stands.
    #[must_use]
    pub fn tenant(mut self, column: impl Into<String>) -> Self {
        self.tenant = Some(column.into());
        self
    }

    /// Adds a column that is walked.
    #[must_use]
    pub fn cell(mut self, column: impl Into<String>) -> Self {
        self.cells.push(column.into());
        self
    }

    pub(super) fn table(&self) -> &str {
        &self.table
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Every column that is named.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        [&self.key].into_iter().chain(&self.tenant).chain(&self.cells).map(|name| &**name)
    }

    /// Nothing of the names reaches SQL before this.
    pub(super) fn validate(&self) -> Result<(), SealedTableError> {
        let mut names = self.columns().chain([self.table()]);
        if let Some(name) = names.find(|name| !is_name(name)) {
            return Err(SealedTableError::Name { name: name.chars().take(Self::MAX_NAME).collect() });
        }
        let mut columns: Vec<_> = self.columns().map(str::to_ascii_lowercase).collect();
        columns.sort_unstable();
        let distinct = columns.windows(2).all(|pair| pair.first() != pair.last());
        if distinct && (1..=Self::MAX_CELLS).contains(&self.cells.len()) {
            Ok(())
        } else {
            Err(SealedTableError::Cells)
        }
    }

    pub(super) fn statements(&self) -> Statements {
        let (table, key) = (quoted(&self.table), quoted(&self.key));
        let tenant = self.tenant.as_deref().map_or_else(|| "NULL".to_owned(), quoted);
        let cells: Vec<_> = self.cells.iter().map(|cell| quoted(cell)).collect();
        let select = format!("SELECT {key}, {tenant}, {} FROM {table}", cells.join(", "));
        let numbered =
            |prefix: &str| -> Vec<_> { (0..cells.len()).map(|n| format!("{prefix}{n}")).collect() };
        let (old, new) = (numbered("old_"), numbered("new_"));
        let (mut set, mut unchanged, mut replaced) = (Vec::new(), String::new(), String::new());
        for ((cell, old), new) in cells.iter().zip(&old).zip(&new) {
            set.push(format!("{cell} = walked.{new}"));
            // The column's own collation may hold different texts for equal.
            unchanged += &format!(" AND target.{cell} IS walked.{old} COLLATE BINARY");
            replaced += &format!(" AND {cell} IS ? COLLATE BINARY");
        }
        Statements {
            first: format!("{select} ORDER BY {key} LIMIT ?").into(),
            next: format!("{select} WHERE {key} > ? ORDER BY {key} LIMIT ?").into(),
            walked: format!("WITH walked (key, {}, {}) AS (VALUES ", old.join(", "), new.join(", ")).into(),
            update: format!(
                ") UPDATE {table} AS target SET {} FROM walked WHERE target.{key} = walked.key{unchanged}",
                set.join(", ")
            )
            .into(),
            replaced: format!("SELECT 1 FROM {table} WHERE {key} = ?{replaced}").into(),
            cells: cells.len(),
        }
    }
}

fn is_name(name: &str) -> bool {
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=TableSpec::MAX_NAME).contains(&name.len())
        && name.bytes().all(alphabet)
        && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// In brackets: what SQLite does not find in double quotes it takes for a text.
fn quoted(name: &str) -> String {
    format!("[{name}]")
}

/// The SQL for one table. Nothing in it but literals of this crate and names that were checked; every value is bound (ASVS 1.2.4).
#[derive(Debug, Clone)]
pub(super) struct Statements {
    /// The first rows: how many.
    pub(super) first: Arc<str>,
    /// The rows that follow: after which key, how many.
    pub(super) next: Arc<str>,
    /// Before the rows of an update: for each its key, its old cells and its new ones.
    pub(super) walked: Arc<str>,
    /// Behind them.
    pub(super) update: Arc<str>,
    /// Whether a row has these cells: its key, the cells.
    pub(super) replaced: Arc<str>,
    /// How many columns are walked.
    pub(super) cells: usize,
}

/// Why a table cannot be walked. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealedTableError {
    /// A name that would not be safe in SQL.
    #[error("`{name}` is not a name of A-Z, a-z, 0-9 and _")]
    Name {
        /// The name, cut to [`TableSpec::MAX_NAME`] characters.
        name: String,
    },
    /// No column to walk, too many, or one named twice.
    #[error("a walk has 1 to {} columns, each named once", TableSpec::MAX_CELLS)]
    Cells,
    /// There is no such table; a view is none.
    #[error("there is no table `{table}`")]
    NoTable {
        /// The table.
        table: String,
    },
    /// The table has no such column.
    #[error("the table has no column `{column}`")]
    NoColumn {
        /// The column.
        column: String,
    },
    /// Two rows could have the same key, and one of them would be passed over.
    #[error("`{column}` is neither the primary key nor unique and without NULLs")]
    NotAKey {
        /// The column.
        column: String,
    },
    /// The file was not opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
