//! How the queue behaves at its bounds.

use std::time::Duration;

/// The bounds of an [`AuditQueue`](super::AuditQueue).
///
/// The defaults are this crate's own choice: room for a burst of some seconds at a thousand events a second, and patience for a
/// store that restarts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QueueConfig {
    /// The most events that wait. Default 8192; an event takes about half a kilobyte.
    pub capacity: usize,
    /// The most events in one append. Default 256.
    pub batch: usize,
    /// How long the first event of a batch waits for others, in milliseconds. Default 0: it is stored at once, and a batch forms
    /// only while another is being stored. With a store for which a transaction is dear, some milliseconds save most of them under
    /// load; that long an event is in memory alone, as it is while it waits for its turn.
    pub linger_ms: u64,
    /// What happens to an event for which there is no room. Default [`Overflow::Refuse`].
    pub overflow: Overflow,
    /// How often a batch is offered to the store before it is given up. Default 6.
    pub attempts: u32,
    /// The wait after the first failed offer, in milliseconds; it doubles with each further one. Default 100.
    pub backoff_ms: u64,
    /// The longest wait between two offers, in milliseconds. Default 2000.
    pub max_backoff_ms: u64,
}

/// What happens to an event for which the queue has no room. It is never dropped in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Overflow {
    /// The caller waits for room: nothing is refused, and while the store is down, requests stand still.
    Wait,
    /// The caller gets [`Unavailable`](stockade_core::StoreErrorKind::Unavailable) at once and decides: "no audit, no action", or on.
    Refuse,
}

impl Default for QueueConfig {
    fn default() -> Self {
        Self {
            capacity: 8192,
            batch: 256,
            linger_ms: 0,
            overflow: Overflow::Refuse,
            attempts: 6,
            backoff_ms: 100,
            max_backoff_ms: 2_000,
        }
    }
}

impl QueueConfig {
    /// The largest capacity: about half a gigabyte of everyday events.
    pub const MAX_CAPACITY: usize = 1_000_000;
    /// The largest batch: one transaction of a few megabytes at most.
    pub const MAX_BATCH: usize = 4_096;
    /// The longest that a batch waits for more, in milliseconds: what is lost if the process dies stays small.
    pub const MAX_LINGER_MS: u64 = 1_000;
    /// The most offers of one batch.
    pub const MAX_ATTEMPTS: u32 = 100;
    /// The longest wait between two offers, in milliseconds: one minute.
    pub const MAX_BACKOFF_MS: u64 = 60_000;

    /// Says what is wrong with the configuration, if anything.
    ///
    /// # Errors
    /// The first value outside its bounds.
    pub fn validate(&self) -> Result<(), InvalidQueueConfig> {
        if !(1..=Self::MAX_CAPACITY).contains(&self.capacity) {
            return Err(InvalidQueueConfig::Capacity);
        }
        if !(1..=Self::MAX_BATCH).contains(&self.batch) {
            return Err(InvalidQueueConfig::Batch);
        }
        if self.linger_ms > Self::MAX_LINGER_MS {
            return Err(InvalidQueueConfig::Linger);
        }
        if !(1..=Self::MAX_ATTEMPTS).contains(&self.attempts) {
            return Err(InvalidQueueConfig::Attempts);
        }
        if self.backoff_ms > self.max_backoff_ms || self.max_backoff_ms > Self::MAX_BACKOFF_MS {
            return Err(InvalidQueueConfig::Backoff);
        }
        Ok(())
    }

    pub(super) fn first_backoff(&self) -> Duration {
        Duration::from_millis(self.backoff_ms)
    }

    pub(super) fn longer(&self, backoff: Duration) -> Duration {
        backoff.saturating_mul(2).min(Duration::from_millis(self.max_backoff_ms))
    }
}

/// The value of a [`QueueConfig`] that is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidQueueConfig {
    /// No room, or more than memory bears.
    #[error("`capacity` must be 1 to {}", QueueConfig::MAX_CAPACITY)]
    Capacity,
    /// Empty batches, or transactions too long.
    #[error("`batch` must be 1 to {}", QueueConfig::MAX_BATCH)]
    Batch,
    /// Events would be in memory alone for too long.
    #[error("`linger_ms` must be at most {}", QueueConfig::MAX_LINGER_MS)]
    Linger,
    /// Never offered, or for too long.
    #[error("`attempts` must be 1 to {}", QueueConfig::MAX_ATTEMPTS)]
    Attempts,
    /// Waits that shrink, or are too long.
    #[error(
        "`backoff_ms` must be at most `max_backoff_ms`, and that at most {}",
        QueueConfig::MAX_BACKOFF_MS
    )]
    Backoff,
}
