//! Cheap, repeatable randomness for jitter and choice. Nothing secret hangs on it.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): one addition and one mix a number.
#[derive(Debug, Clone)]
pub(crate) struct SplitMix(u64);

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

impl SplitMix {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// Evenly from `least` to `most`; `least` where `most` is not above it.
    pub(crate) fn between(&mut self, least: Duration, most: Duration) -> Duration {
        let width = nanos(most.saturating_sub(least));
        least.saturating_add(Duration::from_nanos(below(self.next(), width.saturating_add(1))))
    }
}

/// The same sequence for many threads. Two that draw at the same moment may draw the same number, which for a choice among
/// upstreams is no worse than any other number, and saves an atomic addition.
#[derive(Debug)]
pub(crate) struct SharedMix(AtomicU64);

impl SharedMix {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    pub(crate) fn next(&self) -> u64 {
        let next = self.0.load(Relaxed).wrapping_add(GAMMA);
        self.0.store(next, Relaxed);
        mix(next)
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// `random` scaled to `0..bound` without a division (Lemire 2019, without the rejection: the bias is below `bound / 2⁶⁴`).
pub(crate) fn below(random: u64, bound: u64) -> u64 {
    let wide = u128::from(random) * u128::from(bound);
    u64::try_from(wide >> 64).unwrap_or(0)
}

/// Whole nanoseconds, at most 584 years of them.
#[inline]
pub(crate) fn nanos(span: Duration) -> u64 {
    span.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(span.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_that_of_splitmix64() {
        // The first three numbers of the reference implementation for the seed 1234567.
        let mut random = SplitMix::new(1_234_567);
        let drawn = [random.next(), random.next(), random.next()];
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn a_span_is_drawn_within_its_bounds_and_reaches_both_ends() {
        let mut random = SplitMix::new(7);
        let (least, most) = (Duration::from_nanos(10), Duration::from_nanos(13));
        let drawn: std::collections::BTreeSet<_> =
            (0..200).map(|_| random.between(least, most).as_nanos()).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [10, 11, 12, 13]);
        assert_eq!(random.between(most, least), most);
        assert!(random.between(Duration::ZERO, Duration::MAX) <= Duration::MAX);
    }

    #[test]
    fn what_is_drawn_below_a_bound_is_below_it() {
        assert_eq!(below(u64::MAX, 8), 7);
        assert_eq!(below(0, 8), 0);
        assert_eq!(below(u64::MAX, 0), 0);
    }
}
