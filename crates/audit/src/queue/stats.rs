//! What became of the events.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What became of the events so far. `accepted = written + lost + waiting`; those refused are in none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[non_exhaustive]
pub struct QueueStats {
    /// Taken into the queue.
    pub accepted: u64,
    /// Turned away: the queue was full or shut down.
    pub refused: u64,
    /// Stored.
    pub written: u64,
    /// Given up after the last offer; the process log has them.
    pub lost: u64,
    /// Offers that the store did not take, each of one batch.
    pub failed_offers: u64,
    /// In the queue or on their way to the store.
    pub waiting: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    accepted: AtomicU64,
    refused: AtomicU64,
    written: AtomicU64,
    lost: AtomicU64,
    failed_offers: AtomicU64,
}

impl Counters {
    pub(super) fn accepted(&self) {
        self.accepted.fetch_add(1, Relaxed);
    }

    pub(super) fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    pub(super) fn written(&self, events: usize) {
        self.written.fetch_add(events as u64, Relaxed);
    }

    pub(super) fn lost(&self, events: usize) {
        self.lost.fetch_add(events as u64, Relaxed);
    }

    pub(super) fn failed_offer(&self) {
        self.failed_offers.fetch_add(1, Relaxed);
    }

    /// An event can be written before its sender has counted it; the difference is then taken as zero, for that moment.
    pub(super) fn read(&self) -> QueueStats {
        let (written, lost) = (self.written.load(Relaxed), self.lost.load(Relaxed));
        let accepted = self.accepted.load(Relaxed);
        QueueStats {
            accepted,
            refused: self.refused.load(Relaxed),
            written,
            lost,
            failed_offers: self.failed_offers.load(Relaxed),
            waiting: accepted.saturating_sub(written + lost),
        }
    }
}
