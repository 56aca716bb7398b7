#![doc = include_str!("../README.md")]

mod address;
#[cfg(feature = "audit")]
mod audit;
#[cfg(feature = "authn")]
mod authn;
mod config;
mod connect_error;
#[cfg(feature = "crypto-at-rest")]
mod crypto_at_rest;
#[cfg_attr(
    not(all(feature = "audit", feature = "authn", feature = "ratelimit", feature = "rbac")),
    allow(dead_code, reason = "no single domain uses all of it")
)]
mod domain;
mod error;
mod handle;
#[cfg(feature = "ratelimit")]
mod ratelimit;
#[cfg(feature = "rbac")]
mod rbac;
mod schema;
#[cfg(feature = "secure-delete")]
mod secure_delete;

pub use config::{InvalidPostgresConfig, PostgresConfig};
pub use connect_error::ConnectError;
#[cfg(feature = "crypto-at-rest")]
pub use crypto_at_rest::{SealedTable, SealedTableError, TableSpec};
pub use handle::Postgres;
#[cfg(feature = "ratelimit")]
pub use ratelimit::PostgresLimiter;
