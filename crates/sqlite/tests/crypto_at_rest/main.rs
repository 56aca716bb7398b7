//! Walks over tables in SQLite files.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod kill;
mod laws;
mod refusal;
#[path = "../support/mod.rs"]
mod support;
mod values;
