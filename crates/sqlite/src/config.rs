//! How the file is used.

use std::time::Duration;

/// How a [`Sqlite`](crate::Sqlite) handle uses its file. The defaults are this crate's own choice.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SqliteConfig {
    /// How many connections read at once; writers have one of their own. Default 4: readers hardly ever wait for the disk.
    pub readers: u32,
    /// How long a call waits for its turn, and for another process that holds the file, in milliseconds, before it fails as
    /// [`Unavailable`](stockade_core::StoreErrorKind::Unavailable). Default 5000.
    pub busy_timeout_ms: u64,
}

impl Default for SqliteConfig {
    fn default() -> Self {
        Self { readers: 4, busy_timeout_ms: 5_000 }
    }
}

impl SqliteConfig {
    /// The most reading connections: each is a thread with a page cache.
    pub const MAX_READERS: u32 = 64;

    /// The longest wait, in milliseconds: one minute.
    pub const MAX_BUSY_TIMEOUT_MS: u64 = 60_000;

    /// Says what is wrong with the configuration, if anything.
    ///
    /// # Errors
    /// The first value outside its bounds.
    pub fn validate(&self) -> Result<(), InvalidSqliteConfig> {
        if !(1..=Self::MAX_READERS).contains(&self.readers) {
            return Err(InvalidSqliteConfig::Readers);
        }
        if !(1..=Self::MAX_BUSY_TIMEOUT_MS).contains(&self.busy_timeout_ms) {
            return Err(InvalidSqliteConfig::BusyTimeout);
        }
        Ok(())
    }

    pub(crate) fn patience(&self) -> Duration {
        Duration::from_millis(self.busy_timeout_ms)
    }
}

/// The value of a [`SqliteConfig`] that is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSqliteConfig {
    /// Nobody could read, or too many threads.
    #[error("`readers` must be 1 to {}", SqliteConfig::MAX_READERS)]
    Readers,
    /// No patience, or too much.
    #[error("`busy_timeout_ms` must be 1 to {}", SqliteConfig::MAX_BUSY_TIMEOUT_MS)]
    BusyTimeout,
}
