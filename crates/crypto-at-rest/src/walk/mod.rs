//! Rotation at rest for tables: every row resealed under the active key, while the application runs.
//!
//! A [`Walker`] goes through a table in the order of its primary key, a batch at a time. It reads a batch, asks a function of the
//! caller's what is to become of each row, and writes what the answers say, and how far it has come, in one transaction.
//! [`reseal_fields`] is that function for sealed fields; another may open Fernet tokens, or plaintext, and seal them.
//!
//! ```
//! use std::sync::Arc;
//! use stockade_core::{ManualClock, SystemEntropy, SystemClock, TenantId, UnixMillis};
//! use stockade_crypto_at_rest::field::{Column, Fields};
//! use stockade_crypto_at_rest::ring::{KeyRing, Keys};
//! use stockade_crypto_at_rest::walk::{Cell, MemoryRowStore, Row, RowKey, Step, WalkConfig, Walker, reseal_fields};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! const NAME: Column = Column::new("patients", "name");
//! let ring = KeyRing::generate(&SystemEntropy, &SystemClock::new())?;
//! let fields = Fields::new(Keys::new(ring), Arc::new(SystemEntropy));
//! let acme: TenantId = "acme".parse()?;
//! let table = Arc::new(MemoryRowStore::default());
//! let sealed = fields.seal(&NAME.row(&acme, 7), b"Ada Lovelace")?;
//! table.write(Row::new(RowKey::Number(7), vec![Cell::Bytes(sealed)]).of_tenant("acme"));
//!
//! let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(0)));
//! let mut walker = Walker::new(table, clock.clone(), "patients-k2".parse()?, WalkConfig::default())?;
//! let finished = loop {
//!     match walker.step(&mut reseal_fields(&fields, &[NAME])).await? {
//!         Step::Advanced(_) => {}
//!         Step::Pause(pause) => clock.advance(pause), // a service sleeps
//!         Step::Finished(progress) => break progress,
//!     }
//! };
//! assert_eq!((finished.rows, finished.failed), (1, 0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is guaranteed
//!
//! - **No write of the application is lost.** A row is replaced only if all its walked cells are, byte for byte, what was judged. If the
//!   application was faster, the walk stops before that row, and reads it again.
//! - **Killed anywhere, it goes on.** What a batch wrote and the walk's cursor are one transaction. Doing a batch twice does nothing
//!   more: what is current stays.
//! - **Any number of walkers.** The cursor moves only from where a walker found it, so that no row is passed over and none counted
//!   twice. They are no faster together.
//! - **A row that does not open stops nothing.** It is left as it is and counted as [`failed`](Progress::failed);
//!   [`Walker::failures`] says which.
//! - Bounded memory: a batch has at most so many rows and bytes. Bounded load: so many rows a second, by the clock; the pause itself is
//!   the caller's, who knows the runtime.
//!
//! # What the operator does first
//!
//! Every process that writes the table must seal under the new key **before** the walk begins: what an old process inserts behind the
//! cursor stays under the old key. And before the old key is destroyed, a walk must have finished with no row failed.

mod config;
mod fields;
#[cfg(feature = "laws")]
pub mod laws;
mod memory;
mod name;
mod progress;
mod row;
mod store;
mod stride;
#[cfg(test)]
mod tests;
mod walker;

pub use config::{InvalidWalkConfig, WalkConfig};
pub use fields::reseal_fields;
pub use memory::MemoryRowStore;
pub use name::{InvalidWalkName, WalkName};
pub use progress::Progress;
pub use row::{Cell, Change, Row, RowKey};
pub use store::{Advance, BatchLimit, RowStore};
pub use stride::{Replaced, Replacement, Stride};
pub use walker::{Failure, Step, Walker};
