//! The handle on the database.

use crate::{ConnectError, PostgresConfig, address, schema};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::time::Duration;

/// One PostgreSQL database as the store of every domain, in the schema `stockade`. A clone is a handle on the same connections.
///
/// Any number of processes may use one database. What a decision depends on is locked before it is read, row by row or subject by
/// subject, so that decisions about different subjects do not wait for each other; appends to the audit log do.
///
/// `Ok` from a write means that the server has it on its disk (`synchronous_commit` is raised to `on` where the server has it
/// off), as far as its own configuration (`fsync`) and its disk tell the truth.
#[derive(Debug, Clone)]
pub struct Postgres {
    pub(crate) pool: PgPool,
    patience: Duration,
}

impl Postgres {
    /// Connects to the database that `url` names (`postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full`) with the default
    /// [`PostgresConfig`], and brings its schema up to date. What the URL leaves out comes from the variables and the password file
    /// of PostgreSQL's own clients (`PGHOST`, `PGPASSWORD`, `~/.pgpass` …).
    ///
    /// # Errors
    /// The server is not to be trusted or does not answer, or the schema is not ours or a later version's; see [`ConnectError`].
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        Self::connect_with(url, &PostgresConfig::default()).await
    }

    /// Connects as `config` says.
    ///
    /// # Errors
    /// As [`connect`](Self::connect), or a value of `config` is out of bounds.
    pub async fn connect_with(url: &str, config: &PostgresConfig) -> Result<Self, ConnectError> {
        config.validate()?;
        let options = address::options(url, config)?;
        let options = schema::prepare(&options, config).await?;
        let pool = PgPoolOptions::new()
            .max_connections(config.connections)
            .acquire_timeout(Duration::from_millis(config.connect_timeout_ms))
            .connect_lazy_with(options);
        Ok(Self { pool, patience: config.patience() })
    }

    /// Waits for the calls that are under way, and closes the connections. Calls made later on any clone fail as
    /// [`Unavailable`](stockade_core::StoreErrorKind::Unavailable). Without it nothing is lost.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }
}
