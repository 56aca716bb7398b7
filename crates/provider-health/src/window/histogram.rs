//! Where a latency falls, and what latency a place stands for.

use std::time::Duration;

/// How many places there are: 8 below 8 units, then 8 for each doubling.
pub(super) const BINS: usize = 200;

/// Places for each doubling, as a power of two. Neighbours differ by an eighth at most.
const SUB_BITS: u32 = 3;

/// The unit is 2¹⁰ ns, a microsecond but for 2.4 %: a shift instead of a division. The last place begins at 2²⁷ units, 137 s.
const UNIT_BITS: u32 = 10;

/// The place of a latency: constant cost, no division.
#[inline]
pub(super) fn bin(nanos: u64) -> usize {
    let units = nanos >> UNIT_BITS;
    if units < 1 << SUB_BITS {
        return units as usize;
    }
    let octave = units.ilog2() - SUB_BITS;
    let within = (units >> octave) & ((1 << SUB_BITS) - 1);
    (((u64::from(octave) + 1) << SUB_BITS) + within).min(BINS as u64 - 1) as usize
}

/// The upper end of a place: a percentile is never flattered.
pub(super) fn upper_end(bin: usize) -> Duration {
    let bin = bin as u64;
    let (octave, within) = (bin >> SUB_BITS, bin & ((1 << SUB_BITS) - 1));
    let units = match octave.checked_sub(1) {
        None => within + 1,
        Some(octave) => ((1 << SUB_BITS) + within + 1) << octave,
    };
    Duration::from_nanos(units << UNIT_BITS)
}

/// The latency below which so many of a thousand are, by the counts of all places. `None` without a single one.
pub(super) fn percentile(counts: &[u64; BINS], permille: u64) -> Option<Duration> {
    let total: u64 = counts.iter().sum();
    let rank = (total.saturating_mul(permille)).div_ceil(1000).max(1);
    let mut seen = 0;
    let place = counts.iter().position(|count| {
        seen += count;
        total > 0 && seen >= rank
    });
    place.map(upper_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_place_holds_what_falls_in_it_within_an_eighth(nanos in 0_u64..130_000_000_000) {
            let end = upper_end(bin(nanos)).as_nanos() as u64;
            proptest::prop_assert!(nanos < end, "{} {}", nanos, end);
            proptest::prop_assert!(end - nanos <= nanos / 8 + 1024, "{} {}", nanos, end);
        }
    }

    #[test]
    fn places_grow_with_the_latency_and_the_last_takes_the_rest() {
        assert_eq!(bin(0), 0);
        assert_eq!(bin(u64::MAX), BINS - 1);
        for place in 0..BINS - 1 {
            assert_eq!(bin(upper_end(place).as_nanos() as u64), place + 1);
        }
    }

    #[test]
    fn percentiles_of_a_known_sample() {
        let mut counts = [0; BINS];
        assert_eq!(percentile(&counts, 500), None);
        (1..=1000_u64).for_each(|ms| counts[bin(ms * 1_000_000)] += 1);
        for (permille, exact) in [(500, 500), (950, 950), (990, 990), (1000, 1000)] {
            let shown = percentile(&counts, permille).unwrap().as_millis();
            assert!((exact..=exact * 9 / 8 + 1).contains(&shown), "{permille}: {shown}");
        }
    }
}
