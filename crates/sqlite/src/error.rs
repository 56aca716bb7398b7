//! What the driver's errors mean to a caller.

use sqlx::error::{DatabaseError, ErrorKind};

/// SQLite's primary result codes (sqlite.org/rescode.html), the low byte of an extended one.
mod code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const CONSTRAINT: i32 = 19;
    pub(super) const NOT_A_DATABASE: i32 = 26;
}

/// The class of a driver error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Another process holds the file.
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
        | sqlx::Error::Decode(_) => Trouble::Nonsense,
        _ => Trouble::Unreachable,
    }
}

fn database_trouble(error: &dyn DatabaseError) -> Trouble {
    let extended: i32 = error.code().and_then(|code| code.parse().ok()).unwrap_or_default();
    match (extended & 0xFF, error.kind()) {
        (code::BUSY | code::LOCKED, _) => Trouble::Busy,
        (code::CORRUPT | code::NOT_A_DATABASE, _) => Trouble::Nonsense,
        (code::CONSTRAINT, ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation) => Trouble::Lost,
        (code::CONSTRAINT, _) => Trouble::Nonsense,
        _ => Trouble::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::{Connection, Row, SqliteConnection};

    async fn failure(sql: &'static str) -> Trouble {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let setup = "PRAGMA foreign_keys = ON;
            CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT UNIQUE, n INTEGER CHECK (n > 0)) STRICT;
            CREATE TABLE b (a INTEGER NOT NULL REFERENCES a (id)) STRICT;
            INSERT INTO a VALUES (1, 'one', 1);";
        sqlx::raw_sql(setup).execute(&mut connection).await.unwrap();
        match sqlx::query(sql).fetch_one(&mut connection).await.and_then(|row| row.try_get::<i64, _>(0)) {
            Ok(_) => panic!("`{sql}` succeeded"),
            Err(error) => trouble(&error),
        }
    }

    #[tokio::test]
    async fn a_race_is_lost_and_nonsense_is_nonsense() {
        assert_eq!(failure("INSERT INTO a VALUES (1, 'two', 1)").await, Trouble::Lost);
        assert_eq!(failure("INSERT INTO a VALUES (2, 'one', 1)").await, Trouble::Lost);
        assert_eq!(failure("INSERT INTO b VALUES (7)").await, Trouble::Lost);
        assert_eq!(failure("INSERT INTO a VALUES (2, 'two', 0)").await, Trouble::Nonsense);
        assert_eq!(failure("INSERT INTO b VALUES (NULL)").await, Trouble::Nonsense);
        assert_eq!(failure("INSERT INTO a VALUES (2, 'two', 'x')").await, Trouble::Nonsense);
        assert_eq!(failure("SELECT name FROM a").await, Trouble::Nonsense);
        assert_eq!(failure("SELECT * FROM nowhere").await, Trouble::Unreachable);
        assert_eq!(trouble(&sqlx::Error::PoolTimedOut), Trouble::Unreachable);
        assert_eq!(trouble(&sqlx::Error::PoolClosed), Trouble::Unreachable);
    }
}
