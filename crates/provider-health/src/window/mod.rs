//! What happened lately, at a cost that does not grow with how much happened.
//!
//! Everything is counted from the beginning on and never set back. A ring of 16 marks says what the counts were when each
//! sixteenth of the window began; what the window holds is what came on top of the oldest mark. Nothing is kept for a single call,
//! and whoever counts a success writes to memory that no other thread writes to.

mod histogram;
#[cfg(test)]
mod tests;
mod tray;

use crate::machine::Tally;
use crate::random::nanos;
use histogram::BINS;
use std::array;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tray::Tray;

pub(crate) use tray::Lease;

const SLICES: usize = 16;

/// The most threads that have a tray of their own. Those beyond share one.
const TRAYS: usize = 64;

/// What is counted beside successes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    Slow,
    Failure,
    Throttled,
    Client,
    Cancelled,
}

const OTHERS: usize = 5;

#[derive(Debug)]
pub(crate) struct Window {
    slice: u64,
    /// Until when the current slice is the current one.
    until: AtomicU64,
    past: Mutex<Past>,
    others: [AtomicU64; OTHERS],
    /// For those who have none of their own.
    common: Tray,
}

#[derive(Debug)]
struct Past {
    marks: [Counts; SLICES],
    current: usize,
    trays: Vec<Arc<Tray>>,
}

/// All counts at one moment.
#[derive(Debug, Clone, Copy)]
struct Counts {
    bins: [u32; BINS],
    successes: u64,
    others: [u64; OTHERS],
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
        let past = Past { marks: [Counts::NONE; SLICES], current: 0, trays: Vec::new() };
        Self {
            slice,
            until: AtomicU64::new(slice),
            past: Mutex::new(past),
            others: array::from_fn(|_| AtomicU64::new(0)),
            common: Tray::new(),
        }
    }

    /// Whether [`turn`](Self::turn) has to come first.
    #[inline]
    pub(crate) fn is_over(&self, now: u64) -> bool {
        now >= self.until.load(Relaxed)
    }

    /// A tray for one thread alone. `None` where [`TRAYS`] are taken.
    #[cold]
    pub(crate) fn lease(&self) -> Option<Lease> {
        let mut past = self.past();
        let free = past.trays.iter().find_map(Tray::lease);
        if free.is_some() || past.trays.len() >= TRAYS {
            return free;
        }
        let tray = Arc::new(Tray::new());
        let lease = tray.lease();
        past.trays.push(tray);
        lease
    }

    /// Counts a success of a thread without a tray: two atomic additions.
    pub(crate) fn success(&self, latency: u64) {
        self.common.success_among_others(latency);
    }

    pub(crate) fn count(&self, what: Count) {
        if let Some(other) = self.others.get(what as usize) {
            other.fetch_add(1, Relaxed);
        }
    }

    /// Moves on to the slice of `now`.
    #[cold]
    pub(crate) fn turn(&self, now: u64) {
        let mut past = self.past();
        let until = self.until.load(Relaxed);
        if now < until {
            return;
        }
        let steps = (now - until) / self.slice + 1;
        let counts = self.counts(&past);
        for _ in 0..steps.min(SLICES as u64) {
            past.current = (past.current + 1) % SLICES;
            let current = past.current;
            if let Some(mark) = past.marks.get_mut(current) {
                *mark = counts;
            }
        }
        self.until.store(until.saturating_add(steps.saturating_mul(self.slice)), Relaxed);
    }

    /// Forgets everything: a recovered provider is not held to what it did before.
    pub(crate) fn clear(&self) {
        let mut past = self.past();
        let counts = self.counts(&past);
        past.marks.fill(counts);
    }

    /// Calls, failures and slow calls: a load for each tray.
    pub(crate) fn tally(&self) -> Tally {
        let past = self.past();
        let begin = past.begin();
        let failures = self.other(Count::Failure) - begin.other(Count::Failure);
        Tally {
            calls: self.successes(&past) - begin.successes + failures,
            failures,
            slow: self.other(Count::Slow) - begin.other(Count::Slow),
        }
    }

    /// Everything, percentiles included: a few hundred loads for each tray, for those who look at it.
    pub(crate) fn summary(&self) -> Summary {
        let past = self.past();
        let (begin, now) = (past.begin(), self.counts(&past));
        let mut bins = [0_u64; BINS];
        for (bin, (now, begin)) in bins.iter_mut().zip(now.bins.iter().zip(&begin.bins)) {
            *bin = u64::from(now.wrapping_sub(*begin));
        }
        let since = |what| now.other(what) - begin.other(what);
        let percentile = |permille| histogram::percentile(&bins, permille);
        Summary {
            successes: bins.iter().sum(),
            slow: since(Count::Slow),
            failures: since(Count::Failure),
            throttled: since(Count::Throttled),
            client: since(Count::Client),
            cancelled: since(Count::Cancelled),
            percentiles: percentile(500)
                .zip(percentile(950))
                .zip(percentile(990))
                .map(|((a, b), c)| [a, b, c]),
        }
    }

    /// Under the lock: what is counted now is never less than what a mark was made of.
    fn counts(&self, past: &Past) -> Counts {
        let mut bins = [0; BINS];
        self.trays(past).for_each(|tray| tray.add_to(&mut bins));
        Counts {
            bins,
            successes: self.successes(past),
            others: array::from_fn(|what| self.others.get(what).map_or(0, |count| count.load(Relaxed))),
        }
    }

    fn successes(&self, past: &Past) -> u64 {
        self.trays(past).map(Tray::successes).sum()
    }

    fn other(&self, what: Count) -> u64 {
        self.others.get(what as usize).map_or(0, |count| count.load(Relaxed))
    }

    fn trays<'a>(&'a self, past: &'a Past) -> impl Iterator<Item = &'a Tray> {
        std::iter::once(&self.common).chain(past.trays.iter().map(|tray| &**tray))
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Past {
    /// What had been counted when the window began.
    fn begin(&self) -> &Counts {
        let [first, ..] = &self.marks;
        self.marks.get((self.current + 1) % SLICES).unwrap_or(first)
    }
}

impl Counts {
    const NONE: Self = Self { bins: [0; BINS], successes: 0, others: [0; OTHERS] };

    fn other(&self, what: Count) -> u64 {
        self.others.get(what as usize).copied().unwrap_or(0)
    }
}
