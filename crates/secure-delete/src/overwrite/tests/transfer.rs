//! One piece against every answer a system has.

use super::memory::{EINTR, EIO};
use crate::overwrite::transfer::{Attempts, Part, transfer};
use crate::overwrite::{Ranges, Segment};
use std::io;

fn error(number: i32) -> io::Result<usize> {
    Err(io::Error::from_raw_os_error(number))
}

/// What was moved, what failed, and by how many calls.
fn moved(piece: Segment, mut call: impl FnMut(Segment) -> io::Result<usize>) -> (Ranges, Ranges, u32) {
    let (mut moved, mut failed, mut calls) = (Ranges::default(), Ranges::default(), 0);
    let count = |part| {
        calls += 1;
        call(part)
    };
    transfer(piece, 512, &Attempts::new(), count, |part| match part {
        Part::Moved(segment) => moved.add(segment),
        Part::Failed(segment, _) => failed.add(segment),
    });
    (moved, failed, calls)
}

fn whole(part: Segment) -> io::Result<usize> {
    Ok(part.len() as usize)
}

#[test]
fn a_broken_sector_costs_that_sector_and_not_the_piece() {
    let bad = Segment::new(77 * 512, 78 * 512);
    let piece = Segment::new(0, 2 << 20);
    let touches = |part: Segment| part.start < bad.end && bad.start < part.end;
    let (moved, failed, calls) = moved(piece, |part| if touches(part) { error(EIO) } else { whole(part) });
    assert_eq!(failed.segments(), [bad]);
    assert_eq!(moved.segments(), [Segment::new(0, bad.start), Segment::new(bad.end, piece.end)]);
    assert!(calls < 100, "{calls}");
}

#[test]
fn a_dead_disk_does_not_make_a_call_for_each_of_its_sectors() {
    let piece = Segment::new(0, 1 << 40);
    let (moved, failed, calls) = moved(piece, |_| error(EIO));
    assert!(moved.is_empty());
    assert_eq!(failed.segments(), [piece]);
    assert!(calls < 10_000, "{calls}");
}

#[test]
fn an_endless_storm_of_signals_ends() {
    let (moved, failed, _) = moved(Segment::new(0, 4096), |_| error(EINTR));
    assert!(moved.is_empty());
    assert_eq!(failed.bytes(), 4096);
}

#[test]
fn interruptions_and_short_calls_lose_nothing() {
    let mut number = 0;
    let (moved, failed, _) = moved(Segment::new(100, 9000), |part| {
        number += 1;
        if number % 3 == 0 { error(EINTR) } else { Ok((part.len() as usize).min(7)) }
    });
    assert_eq!((moved.segments(), failed.is_empty()), (&[Segment::new(100, 9000)][..], true));
}

#[test]
fn a_call_that_moves_nothing_has_failed() {
    let (moved, failed, calls) = moved(Segment::new(0, 512), |_| Ok(0));
    assert_eq!((moved.bytes(), failed.bytes(), calls), (0, 512, 1));
}

#[test]
fn a_call_that_claims_more_than_it_was_asked_is_not_believed() {
    let (moved, failed, _) = moved(Segment::new(0, 1024), |_| Ok(usize::MAX));
    assert_eq!((moved.bytes(), failed.is_empty()), (1024, true));
}

#[test]
fn flood_of_failed_pieces_on_a_dead_disk_gives_up_the_pass() {
    let (attempts, mut calls) = (Attempts::new(), 0);
    let mut pieces = 0;
    while !attempts.given_up() {
        let piece = Segment::new(pieces << 21, (pieces + 1) << 21);
        let call = |_: Segment| {
            calls += 1;
            error(EIO)
        };
        transfer(piece, 4096, &attempts, call, |_| ());
        pieces += 1;
        assert!(pieces < 1000, "it has an end");
    }
    assert_eq!(pieces, 64);
    assert!(calls < 1500, "each may take a minute: {calls}");
}

#[test]
fn a_piece_that_is_moved_in_part_begins_the_count_anew() {
    let attempts = Attempts::new();
    for number in 0..1000_u64 {
        let piece = Segment::new(number * 4096, (number + 1) * 4096);
        let call = |part: Segment| if number % 60 == 0 { whole(part) } else { error(EIO) };
        transfer(piece, 4096, &attempts, call, |_| ());
    }
    assert!(!attempts.given_up());
}

#[test]
fn a_file_system_that_became_read_only_is_not_asked_twice() {
    let attempts = Attempts::new();
    let (mut calls, mut failed) = (0, Ranges::default());
    let call = |_: Segment| {
        calls += 1;
        error(30)
    };
    transfer(Segment::new(0, 1 << 21), 4096, &attempts, call, |part| match part {
        Part::Failed(segment, _) => failed.add(segment),
        Part::Moved(_) => panic!("nothing is moved"),
    });
    assert!(attempts.given_up());
    assert_eq!((calls, failed.bytes()), (1, 1 << 21));
}
