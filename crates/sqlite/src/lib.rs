#![doc = include_str!("../README.md")]

#[cfg(feature = "audit")]
mod audit;
#[cfg(feature = "authn")]
mod authn;
mod config;
#[cfg(feature = "crypto-at-rest")]
mod crypto_at_rest;
#[cfg_attr(
    not(all(feature = "audit", feature = "authn", feature = "rbac")),
    allow(dead_code, reason = "no single domain uses all of it")
)]
mod domain;
mod error;
mod file;
mod open_error;
mod pools;
#[cfg(feature = "ratelimit")]
mod ratelimit;
#[cfg(feature = "rbac")]
mod rbac;
mod schema;
#[cfg(feature = "secure-delete")]
mod secure_delete;

pub use config::{InvalidSqliteConfig, SqliteConfig};
#[cfg(feature = "crypto-at-rest")]
pub use crypto_at_rest::{SealedTable, SealedTableError, TableSpec};
pub use open_error::OpenError;
pub use pools::Sqlite;
#[cfg(feature = "ratelimit")]
pub use ratelimit::SqliteLimiter;
