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
