//! Why a table is not walked.

use super::TableSpec;
use stockade_core::StoreError;

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
    /// The column has a type that is not walked.
    #[error("`{column}` is of the type `{kind}`, which is not walked")]
    Kind {
        /// The column.
        column: String,
        /// Its type, in the server's words.
        kind: String,
    },
    /// Two rows could have the same key, and one of them would be passed over.
    #[error("`{column}` is neither the primary key nor unique and without NULLs")]
    NotAKey {
        /// The column.
        column: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
