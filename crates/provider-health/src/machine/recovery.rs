//! How long a provider is left alone.

use crate::Config;
use crate::random::SplitMix;
use std::time::Duration;

/// `base × 2ⁿ`, drawn longer by jitter, capped; `n` decays while the provider is well.
///
/// The jitter is decorrelated: each draw takes back the one before. Whoever drew short waits the rest of that range longer the next time,
/// so that of any number of instances that lost a provider at the same moment the probes of every round are spread evenly over the whole
/// range of that round. Sums of independent draws would not be: they crowd in the middle. The cap is taken off the beginning of
/// the range and not of its end: otherwise all would meet at the cap.
#[derive(Debug, Clone)]
pub(super) struct Recovery {
    doublings: u32,
    /// What the draw before has left of its range.
    rest: Duration,
    well_since: Option<Duration>,
    random: SplitMix,
}

impl Recovery {
    pub(super) fn new(seed: u64) -> Self {
        Self { doublings: 0, rest: Duration::ZERO, well_since: None, random: SplitMix::new(seed) }
    }

    /// The next time alone; the one after it is twice as long.
    pub(super) fn next(&mut self, config: &Config, now: Duration) -> Duration {
        self.decay(config, now);
        let parts = 100 + 2 * u32::from(config.jitter_percent);
        let longest_begin = config.open_at_most.saturating_mul(100) / parts;
        let least = config.open_for.saturating_mul(1_u32 << self.doublings.min(31)).min(longest_begin);
        let width = config.share(least);
        let drawn = self.random.between(Duration::ZERO, width);
        let span = least.saturating_add(self.rest.min(width)).saturating_add(drawn);
        self.doublings = self.doublings.saturating_add(1).min(32);
        self.rest = width.saturating_sub(drawn);
        self.well_since = None;
        span.min(config.open_at_most)
    }

    pub(super) fn well(&mut self, now: Duration) {
        self.well_since.get_or_insert(now);
    }

    /// It is no longer well, though not by a draw of [`next`](Self::next): nothing more is forgotten.
    pub(super) fn unwell(&mut self, config: &Config, now: Duration) {
        self.decay(config, now);
        self.well_since = None;
    }

    pub(super) fn forget(&mut self) {
        self.doublings = 0;
        self.rest = Duration::ZERO;
    }

    /// A part of `span`, for whatever else must not happen everywhere at once.
    pub(super) fn jitter(&mut self, span: Duration) -> Duration {
        self.random.between(Duration::ZERO, span)
    }

    fn decay(&mut self, config: &Config, now: Duration) {
        let Some(since) = self.well_since else { return };
        let steps = now.saturating_sub(since).as_nanos() / config.decay_every.as_nanos().max(1);
        self.doublings = self.doublings.saturating_sub(u32::try_from(steps).unwrap_or(u32::MAX));
        if self.doublings == 0 {
            self.rest = Duration::ZERO;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn config(jitter_percent: u8) -> Config {
        Config {
            open_for: SECOND,
            open_at_most: 100 * SECOND,
            decay_every: 10 * SECOND,
            jitter_percent,
            ..Config::default()
        }
    }

    #[test]
    fn without_jitter_it_doubles_up_to_the_cap() {
        let (config, mut recovery) = (config(0), Recovery::new(1));
        let spans: Vec<_> = (0..9).map(|_| recovery.next(&config, Duration::ZERO).as_secs()).collect();
        assert_eq!(spans, [1, 2, 4, 8, 16, 32, 64, 100, 100]);
    }

    #[test]
    fn it_is_forgotten_while_the_provider_is_well() {
        let (config, mut recovery) = (config(0), Recovery::new(1));
        for _ in 0..4 {
            let _ = recovery.next(&config, Duration::ZERO);
        }
        recovery.well(100 * SECOND);
        assert_eq!(recovery.next(&config, 125 * SECOND), 4 * SECOND, "two of four doublings are forgotten");
        recovery.well(200 * SECOND);
        assert_eq!(recovery.next(&config, Duration::from_secs(u64::MAX)), SECOND);
    }

    #[test]
    fn stampede_the_cap_brings_no_instances_together() {
        let config = config(20);
        let mut at_the_cap: Vec<_> = (0..1000)
            .map(|seed| {
                let mut recovery = Recovery::new(seed);
                (0..20).map(|_| recovery.next(&config, Duration::ZERO)).last().unwrap()
            })
            .collect();
        at_the_cap.sort_unstable();
        assert!(at_the_cap.iter().all(|span| (71 * SECOND..=100 * SECOND).contains(span)));
        at_the_cap.dedup();
        assert!(at_the_cap.len() > 990);
    }

    proptest::proptest! {
        #[test]
        fn every_draw_lies_between_base_and_cap(seed: u64, draws in 1_usize..40, jitter in 0_u8..=100) {
            let (config, mut recovery) = (config(jitter), Recovery::new(seed));
            for _ in 0..draws {
                let span = recovery.next(&config, Duration::ZERO);
                proptest::prop_assert!(span >= config.open_for && span <= config.open_at_most, "{:?}", span);
            }
        }
    }
}
