//! Walks over tables in PostgreSQL.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod keys;
mod laws;
mod refusal;
#[path = "../support/mod.rs"]
mod support;
