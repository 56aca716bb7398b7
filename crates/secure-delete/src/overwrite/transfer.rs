//! Moving one piece, whatever the system says.

use super::Segment;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// How many failed calls in a pass are followed by an attempt with less, to find out which block it is: on a disk that is dead
/// throughout each may take seconds. Afterwards the whole attempt counts as failed.
const ATTEMPTS: u32 = 4096;

/// How many calls may fail one after the other, of all threads, before nothing is narrowed down until one succeeds again: so much of a
/// disk is not a bad spot.
const NARROWED_IN_A_ROW: u32 = 1024;

/// How many whole pieces may fail one after the other, of all threads, before the pass is given up: 128 MiB in which nothing can be
/// moved, or a disk that is gone, or full, and takes a minute to say so each time.
const PIECES_IN_A_ROW: u32 = 64;

/// How often a call may be interrupted before it counts as failed.
const INTERRUPTIONS: u32 = 1024;

/// The failed calls of a pass, of all threads.
pub(super) struct Attempts {
    left: AtomicU32,
    calls_in_a_row: AtomicU32,
    pieces_in_a_row: AtomicU32,
    given_up: AtomicBool,
}

impl Attempts {
    pub(super) const fn new() -> Self {
        Self {
            left: AtomicU32::new(ATTEMPTS),
            calls_in_a_row: AtomicU32::new(0),
            pieces_in_a_row: AtomicU32::new(0),
            given_up: AtomicBool::new(false),
        }
    }

    /// Whether no more is to be tried in this pass.
    pub(super) fn given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }

    fn succeed(&self) {
        self.calls_in_a_row.store(0, Ordering::Relaxed);
        self.pieces_in_a_row.store(0, Ordering::Relaxed);
    }

    /// Whether a call that failed may be followed by one with less.
    fn spend(&self) -> bool {
        if self.calls_in_a_row.fetch_add(1, Ordering::Relaxed) >= NARROWED_IN_A_ROW {
            return false;
        }
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    /// Of a whole piece nothing was moved.
    fn lose_piece(&self) {
        if self.pieces_in_a_row.fetch_add(1, Ordering::Relaxed) + 1 >= PIECES_IN_A_ROW {
            self.give_up();
        }
    }

    fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
}

/// What no later call will be spared: the file system takes no writes any more, or the device is gone.
fn is_final(error: &io::Error) -> bool {
    // As in `errno.h`, where `ErrorKind` has no word.
    const ENXIO: i32 = 6;
    const ENODEV: i32 = 19;
    error.kind() == ErrorKind::ReadOnlyFilesystem
        || error.raw_os_error().is_some_and(|code| code == ENXIO || code == ENODEV)
}

/// What became of a part of a piece.
pub(super) enum Part {
    Moved(Segment),
    Failed(Segment, io::Error),
}

/// Moves `piece` by as many calls as it takes, each for a part of it. What is broken is narrowed down to blocks, told, and
/// passed over.
pub(super) fn transfer(
    piece: Segment,
    block: u64,
    attempts: &Attempts,
    mut call: impl FnMut(Segment) -> io::Result<usize>,
    mut tell: impl FnMut(Part),
) {
    let (mut at, mut step, mut interruptions) = (piece.start, piece.len(), 0);
    let mut lost = true;
    while at < piece.end {
        let part = Segment::new(at, end_of_part(at, step, block).min(piece.end));
        let error = match call(part) {
            Ok(0) => io::Error::from(ErrorKind::WriteZero),
            Ok(moved) => {
                lost = false;
                attempts.succeed();
                let end = at.saturating_add(moved as u64).min(part.end);
                tell(Part::Moved(Segment::new(at, end)));
                (at, step, interruptions) = (end, step.saturating_mul(2), 0);
                continue;
            }
            Err(error) => error,
        };
        if error.kind() == ErrorKind::Interrupted && interruptions < INTERRUPTIONS {
            interruptions += 1;
            continue;
        }
        if is_final(&error) {
            attempts.give_up();
            return tell(Part::Failed(Segment::new(at, piece.end), error));
        }
        let may_narrow = attempts.spend();
        if may_narrow && part.len() > block {
            step = (part.len() / 8).max(block);
        } else {
            tell(Part::Failed(part, error));
            (at, interruptions) = (part.end, 0);
            step = if may_narrow { step } else { piece.len() };
        }
    }
    if lost {
        attempts.lose_piece();
    }
}

/// A block boundary about `step` behind `at`, and at least the next.
fn end_of_part(at: u64, step: u64, block: u64) -> u64 {
    let (wanted, next) = (at.saturating_add(step), (at / block + 1).saturating_mul(block));
    (wanted - wanted % block).max(next)
}

/// Asks again as long as a signal came between, within reason.
pub(super) fn patiently<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let mut interruptions = 0;
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted && interruptions < INTERRUPTIONS => {
                interruptions += 1
            }
            other => return other,
        }
    }
}
