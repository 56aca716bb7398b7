//! One pass, or one reading back, by a few threads.

use super::buffer::Buffer;
use super::direct::Access;
use super::feed::{Bounds, Feed, Next};
use super::stream::Stream;
use super::tally::Tally;
use super::throttle::Meter;
use super::transfer::{Attempts, Part, transfer};
use super::{Position, Progress, Ranges, Segment, Stage, Watch};
use std::io;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Threads on a large file, each with one piece of memory. A device that is asked for one piece at a time idles in between.
pub(super) const THREADS: u64 = 4;

/// One walk over the data of a file.
pub(super) struct Work<'a> {
    pub(super) access: &'a Access<'a>,
    pub(super) bounds: Bounds,
    pub(super) stage: Stage,
    pub(super) stream: Stream,
    pub(super) watch: Option<&'a Watch<'a>>,
    pub(super) meter: Option<&'a Meter<'a>>,
    /// The pass that is written, or, while reading back, the number of passes.
    pub(super) pass: u32,
    pub(super) synced: Position,
    pub(super) total: u64,
}

/// What came of it.
pub(super) struct Outcome {
    pub(super) tally: Tally,
    /// Bytes of data that were found, whatever became of them; `None` where the system did not tell.
    pub(super) found: Option<u64>,
    pub(super) cancelled: bool,
}

/// What the threads share.
struct Shared {
    feed: Mutex<Feed>,
    /// Held while the watcher is told.
    telling: Mutex<()>,
    stopped: AtomicBool,
    attempts: Attempts,
}

impl Work<'_> {
    /// Walks from `from` to the end.
    pub(super) fn run(&self, from: u64) -> Outcome {
        let shared = Shared {
            feed: Mutex::new(Feed::new(self.bounds, self.stage == Stage::Writing, from)),
            telling: Mutex::new(()),
            stopped: AtomicBool::new(false),
            attempts: Attempts::new(),
        };
        let mut tally = Tally::default();
        if self.tell(&shared).is_continue() {
            let pieces = self.bounds.end.saturating_sub(from).div_ceil(self.bounds.piece);
            let helpers = if self.meter.is_some() { 0 } else { pieces.min(THREADS).saturating_sub(1) };
            thread::scope(|scope| {
                let spawn = |_| thread::Builder::new().spawn_scoped(scope, || self.walk(&shared)).ok();
                // Where no thread can be had, this one does it all.
                let helpers: Vec<_> = (0..helpers).map_while(spawn).collect();
                tally.join(self.walk(&shared));
                for helper in helpers {
                    tally.join(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
                }
            });
        }
        let found = lock(&shared.feed).data();
        Outcome { tally, found, cancelled: shared.stopped.load(Ordering::Relaxed) }
    }

    /// What one thread does.
    fn walk(&self, shared: &Shared) -> Tally {
        let mut tally = Tally::default();
        let mut buffer: Option<Buffer> = None;
        while !shared.stopped.load(Ordering::Relaxed) {
            let next = lock(&shared.feed).next(self.access.target);
            match next {
                Next::End => break,
                Next::Lost(segment, error) => tally.fail(segment, &error),
                Next::Piece(piece) => {
                    if let Some(meter) = self.meter {
                        meter.wait(piece.len(), || self.tell(shared));
                        if shared.stopped.load(Ordering::Relaxed) {
                            break;
                        }
                    }
                    let fresh = buffer.is_none();
                    let room = buffer.get_or_insert_with(|| Buffer::new(self.room()));
                    match self.stage {
                        Stage::Writing => self.write(piece, room, fresh, &shared.attempts, &mut tally),
                        Stage::Verifying => self.read(piece, room, &shared.attempts, &mut tally),
                    }
                    lock(&shared.feed).done(piece.start);
                    if shared.attempts.given_up()
                        && let Some(rest) = lock(&shared.feed).give_up()
                    {
                        // With holes, which were not looked for: more is named than was lost.
                        tally.fail(rest, &io::Error::other("given up: no write or read succeeds any more"));
                    }
                    if self.tell(shared).is_break() {
                        break;
                    }
                }
            }
        }
        tally
    }

    /// No more than the file needs: a small one is not worth a large buffer.
    fn room(&self) -> usize {
        usize::try_from(self.bounds.piece.min(self.bounds.end)).unwrap_or(0)
    }

    fn write(&self, piece: Segment, room: &mut Buffer, fresh: bool, attempts: &Attempts, tally: &mut Tally) {
        if fresh && self.stream.is_uniform() {
            let whole = room.first(self.bounds.piece);
            if let Err(error) = self.stream.fill(whole, 0) {
                return tally.fail(piece, &error);
            }
        }
        let bytes = room.first(piece.len());
        if !self.stream.is_uniform()
            && let Err(error) = self.stream.fill(bytes, piece.start)
        {
            return tally.fail(piece, &error);
        }
        let call = |part| self.access.write(slice(bytes, piece, part), part.start);
        transfer(piece, self.bounds.block, attempts, call, |part| tally.add(part));
    }

    fn read(&self, piece: Segment, room: &mut Buffer, attempts: &Attempts, tally: &mut Tally) {
        let bytes = room.first(piece.len());
        let mut moved = Ranges::default();
        let call = |part| self.access.read(slice_mut(bytes, piece, part), part);
        transfer(piece, self.bounds.block, attempts, call, |part| {
            if let Part::Moved(segment) = &part {
                moved.add(*segment);
            }
            tally.add(part);
        });
        for part in moved.segments() {
            let bytes = slice_mut(bytes, piece, *part);
            match self.stream.subtract(bytes, part.start) {
                Ok(()) => differences(bytes, part.start, &mut tally.differs),
                Err(error) => tally.fail(*part, &error),
            }
        }
    }

    /// Tells the watcher how far it is.
    fn tell(&self, shared: &Shared) -> ControlFlow<()> {
        let Some(watch) = self.watch else { return ControlFlow::Continue(()) };
        let _alone = lock(&shared.telling);
        if shared.stopped.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let low_water = lock(&shared.feed).low_water();
        let position = match self.stage {
            Stage::Writing => Position { pass: self.pass, offset: low_water },
            Stage::Verifying => Position { pass: self.pass, offset: 0 },
        };
        let before = u64::from(self.pass).saturating_mul(self.bounds.end);
        let done = before.saturating_add(low_water.min(self.bounds.end));
        let progress = Progress { stage: self.stage, position, synced: self.synced, done, total: self.total };
        let answer = watch(progress);
        if answer.is_break() {
            shared.stopped.store(true, Ordering::Relaxed);
        }
        answer
    }
}

/// Adds the runs of bytes that are not zero, one for each page: within a page from the first to the last.
fn differences(bytes: &[u8], offset: u64, ranges: &mut Ranges) {
    for (page, at) in bytes.chunks(4096).zip((offset..).step_by(4096)) {
        if page.iter().fold(0, |all, byte| all | byte) == 0 {
            continue;
        }
        let first = page.iter().position(|byte| *byte != 0);
        let last = page.iter().rposition(|byte| *byte != 0);
        if let (Some(first), Some(last)) = (first, last) {
            ranges.add(Segment::new(at + first as u64, at + last as u64 + 1));
        }
    }
}

fn slice(bytes: &[u8], piece: Segment, part: Segment) -> &[u8] {
    bytes.get(within(piece, part)).unwrap_or_default()
}

fn slice_mut(bytes: &mut [u8], piece: Segment, part: Segment) -> &mut [u8] {
    bytes.get_mut(within(piece, part)).unwrap_or_default()
}

/// Where `part` stands in a buffer that holds `piece`.
fn within(piece: Segment, part: Segment) -> std::ops::Range<usize> {
    let index = |offset: u64| usize::try_from(offset.saturating_sub(piece.start)).unwrap_or(usize::MAX);
    index(part.start)..index(part.end)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
