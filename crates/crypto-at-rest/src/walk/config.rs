//! How fast a walk goes.

use super::BatchLimit;
use std::num::NonZeroU32;
use std::time::Duration;

/// How fast a walk goes, and how much it holds at once. The defaults are this crate's own choice.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WalkConfig {
    /// The most rows of a batch, which is one transaction. Default 1000: the application waits a few milliseconds for the lock of
    /// such a one, and the cost of the transaction is spread over enough rows.
    pub batch_rows: usize,
    /// The most bytes of a batch's cells, but for a single row that has more. Default 4 MiB.
    pub batch_bytes: usize,
    /// The most rows a second, on average since the last pause; `None` for no limit. Default 5000: the walk leaves most of a disk
    /// and a core to the application.
    pub rows_per_second: Option<NonZeroU32>,
}

impl Default for WalkConfig {
    fn default() -> Self {
        Self { batch_rows: 1_000, batch_bytes: 4 << 20, rows_per_second: NonZeroU32::new(5_000) }
    }
}

impl WalkConfig {
    /// The most rows of a batch.
    pub const MAX_BATCH_ROWS: usize = 100_000;
    /// The most bytes of a batch: 256 MiB.
    pub const MAX_BATCH_BYTES: usize = 256 << 20;

    /// Says what is wrong with the configuration, if anything.
    ///
    /// # Errors
    /// The first value outside its bounds.
    pub fn validate(&self) -> Result<(), InvalidWalkConfig> {
        if !(1..=Self::MAX_BATCH_ROWS).contains(&self.batch_rows) {
            return Err(InvalidWalkConfig::BatchRows);
        }
        if !(1..=Self::MAX_BATCH_BYTES).contains(&self.batch_bytes) {
            return Err(InvalidWalkConfig::BatchBytes);
        }
        Ok(())
    }

    pub(super) fn limit(&self) -> BatchLimit {
        BatchLimit { rows: self.batch_rows, bytes: self.batch_bytes }
    }

    /// How long so many rows may take at least.
    pub(super) fn time_for(&self, rows: u64) -> Duration {
        let Some(rate) = self.rows_per_second else { return Duration::ZERO };
        let nanos = u128::from(rows) * 1_000_000_000 / u128::from(rate.get());
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

/// The value of a [`WalkConfig`] that is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidWalkConfig {
    /// A walk that goes nowhere, or holds too much.
    #[error("`batch_rows` must be 1 to {}", WalkConfig::MAX_BATCH_ROWS)]
    BatchRows,
    /// A walk that goes nowhere, or holds too much.
    #[error("`batch_bytes` must be 1 to {}", WalkConfig::MAX_BATCH_BYTES)]
    BatchBytes,
}
