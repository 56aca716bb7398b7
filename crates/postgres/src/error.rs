//! What the driver's errors mean to a caller.

use sqlx::error::{DatabaseError, ErrorKind};

/// Codes and classes of PostgreSQL (appendix A of its manual).
mod code {
    pub(super) const SERIALIZATION_FAILURE: &str = "40001";
    pub(super) const DEADLOCK_DETECTED: &str = "40P01";
    pub(super) const LOCK_NOT_AVAILABLE: &str = "55P03";
    pub(super) const QUERY_CANCELED: &str = "57014";
    /// Data exceptions: what was to be stored or read does not fit its type.
    pub(super) const DATA: &str = "22";
    pub(super) const CONSTRAINT: &str = "23";
    /// Raised by our own triggers.
    pub(super) const RAISED: &str = "P0001";
    pub(super) const DATA_CORRUPTED: &str = "XX001";
    pub(super) const INDEX_CORRUPTED: &str = "XX002";
}

/// The class of a driver error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The server undid the transaction to let another go on: the same may succeed at once.
    Contended,
    /// Others hold what is needed for longer than we wait.
    Busy,
    /// Out of reach, full, closed, or a fault of ours that a later version may mend.
    Unreachable,
    /// Another writer took the name or removed what is pointed to.
    Lost,
    /// What is stored makes no sense, or what was to be stored.
    Nonsense,
}

pub(crate) fn trouble(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Database(error) => database_trouble(&**error),
        sqlx::Error::RowNotFound
        | sqlx::Error::TypeNotFound { .. }
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::Encode(_) => Trouble::Nonsense,
        _ => Trouble::Unreachable,
    }
}

fn database_trouble(error: &dyn DatabaseError) -> Trouble {
    let code = error.code().unwrap_or_default();
    match (&*code, error.kind()) {
        (code::SERIALIZATION_FAILURE | code::DEADLOCK_DETECTED, _) => Trouble::Contended,
        (code::LOCK_NOT_AVAILABLE | code::QUERY_CANCELED, _) => Trouble::Busy,
        (_, ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation) => Trouble::Lost,
        (code::RAISED | code::DATA_CORRUPTED | code::INDEX_CORRUPTED, _) => Trouble::Nonsense,
        (code, _) if code.starts_with(code::CONSTRAINT) || code.starts_with(code::DATA) => Trouble::Nonsense,
        _ => Trouble::Unreachable,
    }
}
