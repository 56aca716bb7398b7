//! A throw-away PostgreSQL.

mod database;
mod own;
mod programs;
mod wire;

pub use database::Database;
pub use own::OwnPostgres;
pub use programs::postgres_program;

use super::{Durability, ServerError, given, offer};
use std::net::SocketAddr;
use std::sync::OnceLock;
use wire::Wire;

const VARIABLE: &str = "TESTKIT_PG_URL";

/// A PostgreSQL server that tests share, each with a [`database`](Postgres::database) of its own.
#[derive(Debug, Clone)]
pub struct Postgres {
    user: String,
    addr: SocketAddr,
    database: String,
}

/// The PostgreSQL of this process: that of `TESTKIT_PG_URL`, or else one that is started at the first call (a second or two)
/// and goes with the process. `None`, loudly, with `TESTKIT_SKIP_SERVERS=1` where none is installed.
///
/// # Panics
/// There is none, and it may not be skipped.
#[must_use]
pub fn postgres() -> Option<&'static Postgres> {
    static GIVEN: OnceLock<Option<Postgres>> = OnceLock::new();
    static SHARED: OnceLock<Option<OwnPostgres>> = OnceLock::new();
    let given =
        GIVEN.get_or_init(|| given(VARIABLE).and_then(|url| offer("PostgreSQL", Postgres::parse(&url))));
    given.as_ref().or_else(|| SHARED.get_or_init(|| Postgres::own(Durability::Fast)).as_deref())
}

impl Postgres {
    /// A server of this test's own, which may be killed and frozen; gone when it is dropped. `None`, loudly, with
    /// `TESTKIT_SKIP_SERVERS=1` where PostgreSQL is not installed.
    ///
    /// # Panics
    /// It cannot be started, and may not be skipped.
    #[must_use]
    pub fn own(durability: Durability) -> Option<OwnPostgres> {
        offer("PostgreSQL", OwnPostgres::start(durability))
    }

    /// The URL of the database `postgres` or of that which the variable named: for administration, not for tables.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(&self.database)
    }

    /// Where it listens, for a [`Proxy`](super::Proxy).
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    fn url_of(&self, database: &str) -> String {
        format!("postgres://{}@{}/{database}", self.user, self.addr)
    }

    fn wire(&self) -> Result<Wire, ServerError> {
        Wire::connect(self.addr, &self.user, &self.database)
    }

    fn parse(url: &str) -> Result<Self, ServerError> {
        let form = "postgres://USER@ADDRESS:PORT/DATABASE";
        let parsed = || {
            let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"))?;
            let (user, rest) = rest.split_once('@')?;
            let (addr, database) = rest.split_once('/')?;
            let name = |text: &str| {
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
            };
            let addr = addr.parse().ok()?;
            (name(user) && name(database)).then(|| Self {
                user: user.into(),
                addr,
                database: database.into(),
            })
        };
        parsed().ok_or(ServerError::Address { variable: VARIABLE, form })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_user_address_and_database() {
        let url = "postgres://me@127.0.0.1:5432/postgres";
        assert_eq!(Postgres::parse(url).unwrap().url(), url);
        let bad = [
            "",
            "redis://me@127.0.0.1:1/a",
            "postgres://me:word@127.0.0.1:1/a",
            "postgres://me@somewhere:1/a",
            "postgres://me@127.0.0.1:1/a?b",
            "postgres://me@127.0.0.1:1",
        ];
        for url in bad {
            assert!(matches!(Postgres::parse(url), Err(ServerError::Address { .. })), "{url}");
        }
    }
}
