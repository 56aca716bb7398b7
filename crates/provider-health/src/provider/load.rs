//! How quick and how reliable a provider has been of late: what a choice between several goes by.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// Estimates, not counts: two updates at the same moment may lose one of them, which costs a little accuracy and no lock. The
/// number of calls under way is exact.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Load {
    /// The peak-sensitive mean in microseconds (upper half), and when it was last moved, in milliseconds (lower half).
    latency: AtomicU64,
    /// The score (upper half), and when it was last moved, in milliseconds (lower half).
    score: AtomicU64,
    in_flight: AtomicU32,
}

/// The score of a provider that has not failed of late.
pub(crate) const FULL_SCORE: u32 = 1 << 16;

/// A failure takes an eighth of the score, a success gives back a sixteenth of what is missing: one in three calls that fails
/// keeps it at about half.
const LOSS: u32 = 8;
const GAIN: u32 = 16;

/// An answer that helps nobody takes a 32nd: one that answers nothing but "not found" is left within a hundred calls, and where a
/// tenth of the clients are wrong it is not seen.
const NO_HELP: u32 = 32;

/// Nobody waiting any more for an answer that should have been there takes a sixteenth.
const IMPATIENCE: u32 = 16;

/// Half of an old mean is forgotten in so many milliseconds, as a power of two: about 8 seconds. Otherwise a provider that was slow
/// would not be asked again, and so never be known to be quick again.
const MEAN_HALF_LIFE_BITS: u32 = 13;

/// Half of what is missing to a full score likewise: about 17 seconds. At half of that a provider that fails always, and whose circuit
/// never opens, would get more than one call in a hundred of a tier at 50 calls a second.
const SCORE_HALF_LIFE_BITS: u32 = 14;

/// So little missing is nothing: of two that are equally quick the one with a spotless record would get every call.
const NEGLIGIBLE: u32 = FULL_SCORE / 16;

/// What a provider begins with that has just recovered: its share grows back by and by.
const RESTART_SCORE: u32 = FULL_SCORE / 4;

/// What an unknown provider is taken for: quick enough to be tried.
const UNKNOWN_MICROS: u64 = 1000;

/// What failures alone can make of the mean: a minute.
const WORST_MICROS: u64 = 60_000_000;

impl Load {
    pub(super) fn new() -> Self {
        Self {
            latency: AtomicU64::new(pack(UNKNOWN_MICROS, 0)),
            score: AtomicU64::new(pack(u64::from(FULL_SCORE), 0)),
            in_flight: AtomicU32::new(0),
        }
    }

    /// A success of so many nanoseconds. A peak is believed at once; an improvement by and by, one step in a millisecond, so that
    /// most calls only look.
    #[inline(always)]
    pub(super) fn succeeded(&self, latency: u64, now: u64) {
        let (old, sample) = (self.latency.load(Relaxed), latency >> 10);
        let moved = sample > old >> 32 || old as u32 != millis(now) as u32;
        if moved {
            self.move_mean(old >> 32, sample, now);
        }
        if self.score.load(Relaxed) >> 32 < u64::from(FULL_SCORE) {
            self.earn(now);
        }
    }

    #[cold]
    #[inline(never)]
    fn move_mean(&self, mean: u64, sample: u64, now: u64) {
        let new = if sample > mean { sample } else { mean - (mean - sample) / 8 };
        self.latency.store(pack(new, now), Relaxed);
    }

    #[cold]
    #[inline(never)]
    fn earn(&self, now: u64) {
        let score = self.score(now);
        self.move_score(score + (FULL_SCORE - score) / GAIN + 1, now);
    }

    /// A failure is quick for no good reason: whatever time it took, it doubles the mean.
    pub(super) fn failed(&self, now: u64) {
        let mean = self.latency(now).clamp(1, WORST_MICROS / 2);
        self.latency.store(pack(mean * 2, now), Relaxed);
        self.lose(LOSS, now);
    }

    /// It answered that it serves nobody for now, and is not unhealthy.
    pub(super) fn throttled(&self, now: u64) {
        self.lose(LOSS, now);
    }

    /// It answered, however quickly, what serves nobody. Those who are wrong are wrong everywhere; it counts where one provider
    /// answers so and the others do not.
    pub(super) fn was_no_help(&self, now: u64) {
        self.lose(NO_HELP, now);
    }

    /// Nobody waited any longer, after so many nanoseconds: an answer takes that long at least.
    pub(super) fn waited_for(&self, waited: u64, now: u64) {
        let (mean, sample) = (self.latency.load(Relaxed) >> 32, waited >> 10);
        if sample > mean {
            self.latency.store(pack(sample, now), Relaxed);
        }
        if sample.saturating_mul(2) > mean {
            self.lose(IMPATIENCE, now);
        }
    }

    fn lose(&self, share: u32, now: u64) {
        // Of what is missing nothing is negligible here, or small losses would never add up.
        let score = FULL_SCORE - self.missing(now);
        self.move_score((score - score / share).saturating_sub(1), now);
    }

    /// A circuit has closed.
    pub(super) fn restart(&self, now: u64) {
        self.move_score(RESTART_SCORE, now);
    }

    fn move_score(&self, score: u32, now: u64) {
        self.score.store(pack(u64::from(score.min(FULL_SCORE)), now), Relaxed);
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

    /// From 0 to [`FULL_SCORE`]; what is missing fades with the time since anything was heard.
    pub(crate) fn score(&self, now: u64) -> u32 {
        let missing = self.missing(now);
        if missing < NEGLIGIBLE { FULL_SCORE } else { FULL_SCORE - missing }
    }

    fn missing(&self, now: u64) -> u32 {
        let packed = self.score.load(Relaxed);
        let missing = u64::from(FULL_SCORE).saturating_sub(packed >> 32);
        (missing >> half_lives(packed, now, SCORE_HALF_LIFE_BITS)) as u32
    }

    /// In microseconds, faded by the time since anything was heard.
    pub(crate) fn latency(&self, now: u64) -> u64 {
        self.faded_and_last_latency(now).0
    }

    /// The same, and what it was when anything was heard last.
    #[inline]
    pub(crate) fn faded_and_last_latency(&self, now: u64) -> (u64, u64) {
        let packed = self.latency.load(Relaxed);
        ((packed >> 32) >> half_lives(packed, now, MEAN_HALF_LIFE_BITS), packed >> 32)
    }
}

#[inline]
fn pack(value: u64, now: u64) -> u64 {
    value.min(u64::from(u32::MAX)) << 32 | millis(now)
}

fn half_lives(packed: u64, now: u64, bits: u32) -> u32 {
    let age = (millis(now) as u32).wrapping_sub(packed as u32);
    // A clock that seems to have gone back a little is no age of 49 days.
    let age = if age > u32::MAX / 2 { 0 } else { age };
    (age >> bits).min(31)
}

/// Roughly milliseconds, the lower 32 bits of them: 2²⁰ ns each, a shift instead of a division.
#[inline]
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
    }

    #[test]
    fn a_failure_is_no_quick_answer_and_costs_score() {
        let load = Load::new();
        load.succeeded(20 * MILLI, 0);
        let before = load.latency(0);
        (0..100).for_each(|_| load.failed(0));
        assert!(load.latency(0) > before);
        assert_eq!(load.latency(0), WORST_MICROS);
        assert!(load.score(0) < FULL_SCORE / 1000);
        (0..200).for_each(|_| load.succeeded(20 * MILLI, 0));
        assert_eq!(load.score(0), FULL_SCORE);
    }

    #[test]
    fn a_failure_is_forgiven_by_and_by_and_a_recovered_one_begins_low() {
        let load = Load::new();
        (0..100).for_each(|_| load.failed(0));
        assert!(load.score(18_000 * MILLI) > FULL_SCORE * 4 / 10);
        assert_eq!(load.score(300_000 * MILLI), FULL_SCORE);
        load.restart(300_000 * MILLI);
        assert_eq!(load.score(300_000 * MILLI), RESTART_SCORE);
        assert!(load.score(370_000 * MILLI) > FULL_SCORE * 9 / 10);
    }

    #[test]
    fn an_answer_that_nobody_waited_for_takes_that_long_at_least() {
        let load = Load::new();
        load.succeeded(20 * MILLI, 0);
        load.waited_for(5 * MILLI, 0);
        assert_eq!(load.score(0), FULL_SCORE, "somebody left early");
        (0..10).for_each(|_| load.waited_for(3000 * MILLI, 0));
        assert!(load.latency(0) > 2_800_000);
        assert!(load.score(0) < FULL_SCORE * 6 / 10);
    }

    #[test]
    fn what_helps_nobody_costs_score_and_a_few_clients_faults_do_not() {
        let (load, busy) = (Load::new(), Load::new());
        (0..100).for_each(|_| load.was_no_help(0));
        assert!(load.score(0) < FULL_SCORE / 20, "{}", load.score(0));
        for call in 0..1000 {
            if call % 10 == 0 { busy.was_no_help(0) } else { busy.succeeded(20 * MILLI, 0) }
        }
        assert!(busy.score(0) > FULL_SCORE * 9 / 10);
        (0..20).for_each(|_| busy.throttled(0));
        assert!(busy.score(0) < FULL_SCORE / 10);
    }

    #[test]
    fn clock_jump_back_is_no_great_age() {
        let load = Load::new();
        load.succeeded(400 * MILLI, 100_000 * MILLI);
        assert!(load.latency(99_000 * MILLI) > 300_000);
    }
}
