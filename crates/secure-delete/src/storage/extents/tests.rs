use super::map::Likeness;
use super::*;
use FiemapExtentFlags as Flags;
use proptest::prelude::*;

const BLOCK: u64 = 4096;

/// Extents in blocks.
fn raw(extents: &[(u64, u64, u64, Flags)]) -> Vec<Raw> {
    let raw = |&(logical, physical, length, flags)| Raw {
        logical: logical * BLOCK,
        physical: physical * BLOCK,
        length: length * BLOCK,
        flags,
    };
    extents.iter().map(raw).collect()
}

fn map_to(end: u64, extents: &[(u64, u64, u64, Flags)]) -> Extents {
    gather(raw(extents).into_iter().map(Ok), end * BLOCK, Extents::KEPT, MAX_READ).unwrap()
}

fn map(extents: &[(u64, u64, u64, Flags)]) -> Extents {
    map_to(1 << 40, extents)
}

const NONE: Flags = Flags::empty();

#[test]
fn what_the_kernel_splits_differently_lies_the_same() {
    let before = map(&[(0, 100, 8, Flags::UNWRITTEN), (16, 500, 4, NONE)]);
    let after = map(&[(0, 100, 3, NONE), (3, 103, 5, Flags::UNWRITTEN), (16, 500, 4, Flags::LAST)]);
    assert_eq!(before.lies_like(&after), Likeness::Same);
    assert_eq!((after.count, after.bytes, after.unwritten_bytes), (2, 12 * BLOCK, 5 * BLOCK));
}

#[test]
fn a_byte_that_moves_grows_or_goes_is_seen() {
    let before = map(&[(0, 100, 8, NONE), (16, 500, 4, NONE)]);
    for other in [
        &[(0, 100, 8, NONE), (16, 501, 4, NONE)][..],
        &[(0, 100, 8, NONE), (17, 500, 4, NONE)],
        &[(0, 100, 8, NONE), (16, 500, 5, NONE)],
        &[(0, 100, 8, NONE)],
        &[(0, 100, 4, NONE), (4, 200, 4, NONE), (16, 500, 4, NONE)],
        &[],
    ] {
        assert_eq!(before.lies_like(&map(other)), Likeness::Moved, "{other:?}");
    }
}

#[test]
fn what_is_kept_ready_behind_the_end_is_not_the_file() {
    let before = map_to(4, &[(0, 100, 4, NONE)]);
    let after = map_to(4, &[(0, 100, 64, NONE), (64, 900, 64, Flags::UNWRITTEN)]);
    assert_eq!(before.lies_like(&after), Likeness::Same);
    assert_eq!(after.unwritten_bytes, 0);
}

#[test]
fn flood_of_extents_is_bounded_and_not_taken_for_a_whole_map() {
    let many: Vec<_> = (0..10_000_u64).map(|n| (n, 3 * n, 1, NONE)).collect();
    let whole = map(&many);
    assert_eq!((whole.count, whole.first.len(), whole.complete), (10_000, Extents::KEPT, true));

    let last_moved: Vec<_> =
        many.iter().map(|&(l, p, n, f)| (l, if l == 9_999 { p + 1 } else { p }, n, f)).collect();
    assert_eq!(whole.lies_like(&map(&last_moved)), Likeness::Moved, "beyond what is kept one by one");

    let cut = gather(raw(&many).into_iter().map(Ok), u64::MAX, 8, 100).unwrap();
    assert_eq!((cut.count, cut.complete), (100, false));
    assert_eq!(cut.lies_like(&cut), Likeness::Unknown);
}

#[test]
fn flags_are_counted_by_what_they_mean() {
    let inline = Flags::DATA_INLINE | Flags::NOT_ALIGNED | Flags::UNKNOWN;
    let found = map(&[
        (0, 0, 1, inline),
        (1, 9, 1, Flags::SHARED),
        (2, 20, 1, Flags::ENCODED),
        (3, 30, 1, Flags::DATA_TAIL | Flags::NOT_ALIGNED),
        (4, 40, 1, Flags::DELALLOC | Flags::UNKNOWN),
    ]);
    assert_eq!((found.inline, found.encoded, found.unaligned, found.unplaced), (1, 1, 1, 1));
    assert_eq!(found.shared_bytes, BLOCK);
}

#[test]
fn an_error_on_the_way_is_an_error() {
    let extents = raw(&[(0, 1, 1, NONE)]).into_iter().map(Ok);
    let broken = extents.chain([Err(io::Error::from(io::ErrorKind::Unsupported))]);
    assert!(gather(broken, u64::MAX, 8, MAX_READ).is_err());
}

proptest! {
    #[test]
    fn no_extents_make_it_panic(extents in proptest::collection::vec((any::<u64>(), any::<u64>(), any::<u64>(), any::<u32>()), 0..20), end in any::<u64>()) {
        let raw = extents.into_iter().map(|(logical, physical, length, flags)| {
            Ok(Raw { logical, physical, length, flags: Flags::from_bits_retain(flags) })
        });
        let found = gather(raw, end, 8, MAX_READ).unwrap();
        prop_assert!(found.first.len() <= 8);
    }

    #[test]
    fn cutting_extents_in_two_changes_nothing(cuts in proptest::collection::vec(1_u64..63, 0..6)) {
        let mut at: Vec<_> = cuts.into_iter().chain([0, 64]).collect();
        at.sort_unstable();
        at.dedup();
        let pieces: Vec<_> = at.windows(2).map(|w| (w[0], 1000 + w[0], w[1] - w[0], NONE)).collect();
        prop_assert_eq!(map(&pieces).lies_like(&map(&[(0, 1000, 64, NONE)])), Likeness::Same);
    }
}
