//! How quick and how reliable a provider has been of late: what a choice between several goes by.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// Estimates, not counts: two updates at the same moment may lose one of them, which costs a little accuracy and no lock. The
/// number of calls under way is exact.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Load {
    /// The peak-sensitive mean in microseconds (upper half), and when it was last moved, in milliseconds (lower half).
    latency: AtomicU64,
    score: AtomicU32,
    in_flight: AtomicU32,
}

/// The score of a provider that has not failed of late.
pub(crate) const FULL_SCORE: u32 = 1 << 16;

/// A failure takes an eighth of the score, a success gives back a sixteenth of what is missing: one in three calls that fails
/// keeps it at about half.
const LOSS: u32 = 8;
const GAIN: u32 = 16;

/// Half of an old mean is forgotten in so many milliseconds, as a power of two: about 8 seconds. Otherwise a provider that was
/// slow once would never be asked again, and so never be known to be quick again.
const HALF_LIFE_BITS: u32 = 13;

/// What an unknown provider is taken for: quick enough to be tried.
const UNKNOWN_MICROS: u64 = 1000;

impl Load {
    pub(super) fn new() -> Self {
        Self {
            latency: AtomicU64::new(UNKNOWN_MICROS << 32),
            score: AtomicU32::new(FULL_SCORE),
            in_flight: AtomicU32::new(0),
        }
    }

    /// A success of so many nanoseconds. Only successes move the latency: a failure is quick for no good reason.
    pub(super) fn succeeded(&self, latency: u64, now: u64) {
        let old = self.latency.load(Relaxed);
        let sample = latency >> 10;
        let mean = old >> 32;
        // A peak is believed at once, an improvement by and by.
        let new = if sample > mean { sample } else { mean - (mean - sample) / 8 };
        let new = new.min(u64::from(u32::MAX)) << 32 | millis(now);
        if new != old {
            self.latency.store(new, Relaxed);
        }
        let score = self.score.load(Relaxed);
        if score < FULL_SCORE {
            self.score.store((score + (FULL_SCORE - score) / GAIN + 1).min(FULL_SCORE), Relaxed);
        }
    }

    pub(super) fn failed(&self) {
        let score = self.score.load(Relaxed);
        self.score.store((score - score / LOSS).saturating_sub(1), Relaxed);
    }

    pub(super) fn begin(&self) {
        self.in_flight.fetch_add(1, Relaxed);
    }

    pub(super) fn end(&self) {
        self.in_flight.fetch_sub(1, Relaxed);
    }

    pub(crate) fn in_flight(&self) -> u32 {
        self.in_flight.load(Relaxed)
    }

    /// From 0 to [`FULL_SCORE`].
    pub(crate) fn score(&self) -> u32 {
        self.score.load(Relaxed)
    }

    /// In microseconds, faded by the time since anything was heard.
    pub(crate) fn latency(&self, now: u64) -> u64 {
        let packed = self.latency.load(Relaxed);
        let age = (millis(now) as u32).wrapping_sub(packed as u32);
        // A clock that seems to have gone back a little is no age of 49 days.
        let age = if age > u32::MAX / 2 { 0 } else { age };
        (packed >> 32) >> (age >> HALF_LIFE_BITS).min(31)
    }
}

/// Roughly milliseconds, the lower 32 bits of them: 2²⁰ ns each, a shift instead of a division.
fn millis(nanos: u64) -> u64 {
    nanos >> 20 & u64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: u64 = 1_000_000;

    #[test]
    fn a_peak_is_believed_at_once_and_fades() {
        let load = Load::new();
        load.succeeded(400 * MILLI, 0);
        let peak = load.latency(0);
        assert!((380_000..=400_000).contains(&peak));
        load.succeeded(10 * MILLI, 0);
        assert!(load.latency(0) > peak / 2);
        assert!(load.latency(30_000 * MILLI) < peak / 4);
        assert_eq!(load.latency(u64::MAX >> 12), load.latency(u64::MAX >> 12));
    }

    #[test]
    fn a_failure_is_no_quick_answer_and_costs_score() {
        let load = Load::new();
        load.succeeded(20 * MILLI, 0);
        let before = load.latency(0);
        (0..100).for_each(|_| load.failed());
        assert_eq!(load.latency(0), before);
        assert!(load.score() < FULL_SCORE / 1000);
        (0..200).for_each(|_| load.succeeded(20 * MILLI, 0));
        assert_eq!(load.score(), FULL_SCORE);
    }

    #[test]
    fn clock_jump_back_is_no_great_age() {
        let load = Load::new();
        load.succeeded(400 * MILLI, 100_000 * MILLI);
        assert!(load.latency(99_000 * MILLI) > 300_000);
    }
}
