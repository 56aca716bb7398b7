//! What lets a deletion that was killed go on: one small file for each that is running, in a folder of the caller's.
//!
//! It is on the medium before the first write over the file, is never ahead of it, and is wiped and removed at the end.

mod entry;
mod error;
mod find;
mod record;
mod resume;
#[cfg(test)]
mod tests;
mod wire;

pub(crate) use entry::{Active, Journal};
pub use error::JournalError;
pub(crate) use record::{Intent, Judged, Reached, Task};
pub use record::{JOURNAL_LEN, JournalRecord};
pub use resume::Resumed;
pub(crate) use resume::Resumption;
