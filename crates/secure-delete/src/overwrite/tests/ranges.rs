//! The bounded set of ranges.

use crate::overwrite::{MAX_RANGES, Ranges, Segment};
use proptest::prelude::*;

#[test]
fn a_flood_of_ranges_is_held_within_its_bound_and_forgets_none() {
    let mut ranges = Ranges::default();
    let all: Vec<Segment> = (0..5000).map(|at| Segment::new(at * at * 10, at * at * 10 + 3)).collect();
    for segment in all.iter().rev() {
        ranges.add(*segment);
    }
    assert_eq!(ranges.segments().len(), MAX_RANGES);
    assert!(ranges.is_coarse());
    for segment in all {
        let within = |range: &Segment| range.start <= segment.start && segment.end <= range.end;
        assert!(ranges.segments().iter().any(within), "{segment}");
    }
}

#[test]
fn to_join_takes_what_is_nearest_first() {
    let mut ranges = Ranges::default();
    for at in 0..MAX_RANGES as u64 {
        ranges.add(Segment::new(at * 100, at * 100 + 1));
    }
    assert!(!ranges.is_coarse());
    ranges.add(Segment::new(50_010, 50_011));
    assert!(ranges.is_coarse());
    assert!(ranges.segments().contains(&Segment::new(50_000, 50_011)));
}

proptest! {
    #[test]
    fn ranges_are_the_set_of_their_bytes(list in proptest::collection::vec((0_u64..200, 0_u64..20), 0..40)) {
        let (mut ranges, mut bytes) = (Ranges::default(), [false; 256]);
        for (start, len) in list {
            ranges.add(Segment::new(start, start + len));
            bytes[start as usize..(start + len) as usize].fill(true);
        }
        let segments = ranges.segments();
        prop_assert!(segments.iter().all(|segment| !segment.is_empty()));
        prop_assert!(segments.windows(2).all(|two| two[0].end < two[1].start));
        for (at, set) in (0..).zip(bytes) {
            prop_assert_eq!(set, segments.iter().any(|segment| segment.start <= at && at < segment.end));
        }
        prop_assert_eq!(ranges.bytes(), bytes.iter().filter(|set| **set).count() as u64);
    }
}
