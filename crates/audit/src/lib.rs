#![doc = include_str!("../README.md")]

mod cursor;
mod entry;
#[cfg(feature = "laws")]
pub mod laws;
mod log;
mod memory;
mod query;
#[cfg(feature = "queue")]
mod queue;
mod record;
mod sequence;
mod store;

pub use cursor::{Cursor, InvalidCursor};
pub use entry::Entry;
pub use log::AuditLog;
pub use memory::MemoryAuditStore;
pub use query::{InvalidLimit, Query};
#[cfg(feature = "queue")]
pub use queue::{
    AuditQueue, InvalidQueueConfig, Overflow, QueueConfig, QueueError, QueuePlace, QueueStats, StartError,
};
pub use record::{Page, Record};
pub use sequence::Sequence;
pub use store::AuditStore;

#[doc(no_inline)]
pub use stockade_core::{Action, Detail, Event, Outcome, Recorder, Resource, StoreError, StoreErrorKind};
