//! What happened lately, at a cost that does not grow with how much happened.
//!
//! A ring of 16 slices of time, each with a histogram of successes and a few counters. A success is one atomic addition in the
//! current slice; what the window holds is the sum over the slices. Nothing is kept for a single call.

mod histogram;
#[cfg(test)]
mod tests;

use crate::machine::Tally;
use crate::random::nanos;
use histogram::BINS;
use std::array;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const SLICES: usize = 16;

/// What is counted beside successes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    Slow,
    Failure,
    Throttled,
    Client,
    Cancelled,
}

/// A slice that is not the current one changes only when it is emptied for its next turn.
#[derive(Debug)]
pub(crate) struct Window {
    slice: u64,
    /// Until when the current slice is the current one.
    until: AtomicU64,
    current: AtomicUsize,
    slices: [Slice; SLICES],
    /// Two turns at once would empty a slice that one of them has begun to fill.
    turning: Mutex<()>,
}

#[derive(Debug)]
struct Slice {
    bins: [AtomicU32; BINS],
    others: [AtomicU32; 5],
    /// Successes and the others, added up when the slice was over.
    total: AtomicU64,
}

/// The window at a glance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) successes: u64,
    pub(crate) slow: u64,
    pub(crate) failures: u64,
    pub(crate) throttled: u64,
    pub(crate) client: u64,
    pub(crate) cancelled: u64,
    /// 50, 95 and 99 of a hundred.
    pub(crate) percentiles: Option<[Duration; 3]>,
}

impl Window {
    pub(crate) fn new(span: Duration) -> Self {
        let slice = (nanos(span) / SLICES as u64).max(1);
        Self {
            slice,
            until: AtomicU64::new(slice),
            current: AtomicUsize::new(0),
            slices: array::from_fn(|_| Slice::new()),
            turning: Mutex::new(()),
        }
    }

    /// Whether [`turn`](Self::turn) has to come first.
    pub(crate) fn is_over(&self, now: u64) -> bool {
        now >= self.until.load(Relaxed)
    }

    /// Counts a success: one load, one atomic addition.
    pub(crate) fn success(&self, latency: u64) {
        if let Some(bin) = self.current().bins.get(histogram::bin(latency)) {
            bin.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn count(&self, what: Count) {
        if let Some(other) = self.current().others.get(what as usize) {
            other.fetch_add(1, Relaxed);
        }
    }

    /// Moves on to the slice of `now`.
    #[cold]
    pub(crate) fn turn(&self, now: u64) {
        let _turning = self.turning.lock().unwrap_or_else(PoisonError::into_inner);
        let until = self.until.load(Relaxed);
        if now < until {
            return;
        }
        let steps = (now - until) / self.slice + 1;
        self.current().close();
        let mut current = self.current.load(Relaxed);
        for _ in 0..steps.min(SLICES as u64) {
            current = (current + 1) % SLICES;
            if let Some(slice) = self.slices.get(current) {
                slice.clear();
            }
        }
        self.current.store(current, Relaxed);
        self.until.store(until.saturating_add(steps.saturating_mul(self.slice)), Relaxed);
    }

    /// Forgets everything: a recovered provider is not held to what it did before.
    pub(crate) fn clear(&self) {
        let _turning = self.turning.lock().unwrap_or_else(PoisonError::into_inner);
        self.slices.iter().for_each(Slice::clear);
    }

    /// Calls, failures and slow calls: 15 sums made before, and one histogram added up.
    pub(crate) fn tally(&self) -> Tally {
        let current = self.current.load(Relaxed);
        let mut tally = Tally::default();
        for (index, slice) in self.slices.iter().enumerate() {
            let successes = if index == current { slice.successes() } else { slice.total.load(Relaxed) };
            let failures = slice.other(Count::Failure);
            tally.calls += successes + failures;
            tally.failures += failures;
            tally.slow += slice.other(Count::Slow);
        }
        tally
    }

    /// Everything, percentiles included: a few thousand loads, for those who look at it.
    pub(crate) fn summary(&self) -> Summary {
        let mut bins = [0_u64; BINS];
        let mut summary = Summary::default();
        for slice in &self.slices {
            for (sum, bin) in bins.iter_mut().zip(&slice.bins) {
                *sum += u64::from(bin.load(Relaxed));
            }
            summary.slow += slice.other(Count::Slow);
            summary.failures += slice.other(Count::Failure);
            summary.throttled += slice.other(Count::Throttled);
            summary.client += slice.other(Count::Client);
            summary.cancelled += slice.other(Count::Cancelled);
        }
        summary.successes = bins.iter().sum();
        let percentile = |permille| histogram::percentile(&bins, permille);
        summary.percentiles =
            percentile(500).zip(percentile(950)).zip(percentile(990)).map(|((a, b), c)| [a, b, c]);
        summary
    }

    fn current(&self) -> &Slice {
        let [first, ..] = &self.slices;
        self.slices.get(self.current.load(Relaxed)).unwrap_or(first)
    }
}

impl Slice {
    fn new() -> Self {
        Self {
            bins: array::from_fn(|_| AtomicU32::new(0)),
            others: array::from_fn(|_| AtomicU32::new(0)),
            total: AtomicU64::new(0),
        }
    }

    fn clear(&self) {
        self.bins.iter().chain(&self.others).for_each(|count| count.store(0, Relaxed));
        self.total.store(0, Relaxed);
    }

    fn close(&self) {
        self.total.store(self.successes(), Relaxed);
    }

    fn successes(&self) -> u64 {
        self.bins.iter().map(|bin| u64::from(bin.load(Relaxed))).sum()
    }

    fn other(&self, what: Count) -> u64 {
        self.others.get(what as usize).map_or(0, |count| u64::from(count.load(Relaxed)))
    }
}
