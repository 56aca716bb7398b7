//! Which piece is next.

use super::buffer::ALIGNMENT;
use super::transfer::patiently;
use super::{Job, Segment, Target};
use std::io;

/// Bytes in a piece, and so between two looks at the watcher. A device is busy with four of these at a time.
pub(super) const PIECE: u64 = 2 << 20;

/// The largest block whose slack is covered: file systems have 512 bytes to 64 KiB. What calls itself a block beyond that is
/// the size some network file systems like to transfer, and writing to its end would take fresh blocks.
const MAX_BLOCK: u64 = 64 << 10;

/// Up to where is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Where the data ends.
    pub(super) len: u64,
    /// Where its last block ends, if that is to be covered.
    pub(super) end: u64,
    pub(super) block: u64,
    pub(super) piece: u64,
}

impl Bounds {
    pub(super) fn of(job: &Job<'_>) -> Self {
        let sound = job.block.is_power_of_two() && job.block <= MAX_BLOCK;
        let block_end = job.len.checked_next_multiple_of(job.block).filter(|_| sound).unwrap_or(job.len);
        let end = job.extent_end.clamp(job.len, block_end);
        let block = if sound { job.block } else { 4096 };
        let piece = job.throttle.as_ref().map_or(PIECE, |throttle| {
            let (eighth, unit) = (throttle.rate.get() / 8, block.max(ALIGNMENT as u64));
            (eighth - eighth % unit).clamp(unit, PIECE)
        });
        Self { len: job.len, end, block, piece }
    }
}

/// Hands out the pieces of a pass in ascending order, and knows below which offset all of them are done.
pub(super) struct Feed {
    bounds: Bounds,
    /// Whether the last piece goes on to the end of its block: for writing.
    slack: bool,
    cursor: u64,
    segment: Option<Segment>,
    under_way: Vec<u64>,
    /// Bytes of the file (without slack) in all pieces handed out, unless the system once did not say where data lies.
    data: Option<u64>,
}

/// What there is to do.
pub(super) enum Next {
    Piece(Segment),
    /// The system does not say where data lies: nothing of this can be touched, because it could be holes.
    Lost(Segment, io::Error),
    End,
}

impl Feed {
    pub(super) fn new(bounds: Bounds, slack: bool, from: u64) -> Self {
        Self { bounds, slack, cursor: from, segment: None, under_way: Vec::new(), data: Some(0) }
    }

    /// The next piece. It asks for the length each time: what was cut off meanwhile must not be written back.
    pub(super) fn next(&mut self, target: &dyn Target) -> Next {
        let Bounds { len, end, piece, .. } = self.bounds;
        if self.cursor >= end {
            return Next::End;
        }
        let segment = match self.segment_now(target) {
            Ok(segment) => segment.unwrap_or(Segment::new(end, end)),
            Err(error) => {
                let rest = Segment::new(self.cursor, end);
                (self.cursor, self.data) = (end, None);
                return Next::Lost(rest, error);
            }
        };
        let start = segment.start.max(self.cursor);
        let stop = if self.slack && segment.end == len { end } else { segment.end.min(end) };
        if start >= stop {
            self.cursor = end;
            return Next::End;
        }
        let grid = (start / piece).saturating_add(1).saturating_mul(piece);
        let next = Segment::new(start, stop.min(grid));
        self.cursor = next.end;
        self.under_way.push(next.start);
        let data = next.end.min(len).saturating_sub(next.start);
        self.data = self.data.map(|sum| sum + data);
        Next::Piece(next)
    }

    /// The data that ends behind the cursor. Where it begins and ends is asked once for each run of data: to find its end, a
    /// file system may look at every page of it.
    fn segment_now(&mut self, target: &dyn Target) -> io::Result<Option<Segment>> {
        let known = self.segment.filter(|segment| self.cursor < segment.end);
        if let Some(segment) = known
            && patiently(|| target.len())? >= segment.end
        {
            return Ok(known);
        }
        self.segment = patiently(|| target.next_segment(self.cursor))?;
        Ok(self.segment)
    }

    /// What was not handed out; nothing of it will be.
    pub(super) fn give_up(&mut self) -> Option<Segment> {
        let rest = Segment::new(self.cursor, self.bounds.end);
        if rest.is_empty() {
            return None;
        }
        (self.cursor, self.data) = (self.bounds.end, None);
        Some(rest)
    }

    /// A piece that began at `start` is done.
    pub(super) fn done(&mut self, start: u64) {
        self.under_way.retain(|other| *other != start);
    }

    /// All below is done.
    pub(super) fn low_water(&self) -> u64 {
        self.under_way.iter().fold(self.cursor, |low, start| low.min(*start))
    }

    pub(super) const fn data(&self) -> Option<u64> {
        self.data
    }
}
