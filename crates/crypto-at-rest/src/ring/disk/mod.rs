//! Small private files: read with care, written whole or not at all.

mod error;
mod lock;
mod read;
#[cfg(test)]
mod tests;

pub use error::DiskError;
pub use read::FileStamp;

pub(super) use lock::Lock;
pub(super) use read::{read_private, stamp};
