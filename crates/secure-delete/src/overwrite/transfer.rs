//! Moving one piece, whatever the system says.

use super::Segment;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicU32, Ordering};

/// How many failed calls in a pass are followed by an attempt with less, to find out which block it is: on a disk that is dead
/// throughout each may take seconds. Afterwards the whole attempt counts as failed.
const ATTEMPTS: u32 = 4096;

/// How often a call may be interrupted before it counts as failed.
const INTERRUPTIONS: u32 = 1024;

/// The failed calls of a pass, of all threads.
pub(super) struct Attempts(AtomicU32);

impl Attempts {
    pub(super) const fn new() -> Self {
        Self(AtomicU32::new(ATTEMPTS))
    }

    fn spend(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }
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
    while at < piece.end {
        let part = Segment::new(at, end_of_part(at, step, block).min(piece.end));
        let error = match call(part) {
            Ok(0) => io::Error::from(ErrorKind::WriteZero),
            Ok(moved) => {
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
        let may_narrow = attempts.spend();
        if may_narrow && part.len() > block {
            step = (part.len() / 8).max(block);
        } else {
            tell(Part::Failed(part, error));
            (at, interruptions) = (part.end, 0);
            step = if may_narrow { step } else { piece.len() };
        }
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
