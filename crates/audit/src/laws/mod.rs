//! The laws that every [`AuditStore`] keeps.
//!
//! A law is an async function that panics where a store breaks it. A store's tests run all of them with [`all`], on a
//! multi-threaded Tokio runtime, because the concurrent ones race:
//!
//! ```
//! # tokio::runtime::Builder::new_multi_thread().build().unwrap().block_on(async {
//! use stockade_audit::{MemoryAuditStore, laws};
//! laws::all(async || std::sync::Arc::new(MemoryAuditStore::default()) as _).await;
//! # });
//! ```
#![expect(clippy::expect_used, reason = "a law fails by panicking")]

mod append;
mod pages;
mod samples;
#[cfg(test)]
mod tests;

pub use append::{
    a_cancelled_append_is_whole_or_nothing, an_empty_append_changes_nothing, appends_are_ordered_and_gapless,
    concurrent_appends_are_gapless,
};
pub use pages::{
    filters_find_exactly_what_matches, free_text_is_data, pages_are_bounded, pages_stay_while_events_arrive,
    pages_walk_everything_once, what_was_stored_is_what_is_read,
};

use crate::AuditStore;
use std::sync::Arc;

/// Runs every law, each on a fresh and empty store made by `fresh`.
///
/// # Panics
/// The store breaks a law.
pub async fn all(fresh: impl AsyncFn() -> Arc<dyn AuditStore>) {
    an_empty_append_changes_nothing(fresh().await).await;
    appends_are_ordered_and_gapless(fresh().await).await;
    concurrent_appends_are_gapless(&[fresh().await]).await;
    a_cancelled_append_is_whole_or_nothing(fresh().await).await;
    what_was_stored_is_what_is_read(fresh().await).await;
    filters_find_exactly_what_matches(fresh().await).await;
    free_text_is_data(fresh().await).await;
    pages_are_bounded(fresh().await).await;
    pages_walk_everything_once(fresh().await).await;
    pages_stay_while_events_arrive(fresh().await).await;
}
