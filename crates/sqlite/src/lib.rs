#![doc = include_str!("../README.md")]

#[cfg(feature = "audit")]
mod audit;
mod config;
mod error;
mod file;
mod open_error;
mod pools;
mod schema;

pub use config::{InvalidSqliteConfig, SqliteConfig};
pub use open_error::OpenError;
pub use pools::Sqlite;
