//! The file, open for reading and writing, as the overwriter uses it.

use super::linux::knows_no_holes;
use super::{Facts, Ops, Stamp};
use crate::overwrite::{Segment, Target};
use crate::report::{Durability, Synced};
use crate::storage::{Extents, Storage};
use rustix::io::Errno;
use std::cmp::Reverse;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So much data is believed whatever is allocated for it: not every file system counts blocks.
const UNDOUBTED: u64 = 1 << 30;
/// How many bytes of data one allocated byte may stand for: btrfs packs at best 128 KiB into a block of 4 KiB.
const COMPRESSED: u64 = 64;

/// An open regular file: content only, no name can be reached from it. It keeps account of its syncs, and notices when somebody
/// else writes between them.
#[derive(Debug)]
pub(crate) struct OpenFile {
    ops: Arc<dyn Ops>,
    file: OwnedFd,
    /// Runs of blocks that hold something though no read shows it.
    hidden: Vec<Segment>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    durability: Durability,
    /// How the file was left after what we did last, where we did nothing since.
    left: Option<Stamp>,
    disturbed: bool,
}

impl OpenFile {
    /// `facts` are of `file`, taken when it was opened.
    pub(crate) fn new(ops: Arc<dyn Ops>, file: OwnedFd, facts: &Facts) -> Self {
        let state = State { left: Some(facts.stamp), ..State::default() };
        Self { ops, file, hidden: Vec::new(), state: Mutex::new(state) }
    }

    /// Also what has blocks without having data counts as data: allocated and never written, or declared void since, when what
    /// was there stays where it is. `SEEK_DATA` passes over it. Without that knowledge, the second look finds it and says so.
    pub(crate) fn knowing(mut self, storage: &Storage) -> Self {
        let known = storage.extents_before().and_then(Extents::with_unwritten);
        let runs = known.unwrap_or_default().iter();
        self.hidden =
            runs.map(|run| Segment::new(run.logical, run.logical.saturating_add(run.length))).collect();
        self
    }

    /// The descriptor.
    pub(crate) fn descriptor(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// What is known of it now.
    pub(crate) fn facts(&self) -> Result<Facts, Errno> {
        self.ops.facts(self.file.as_fd())
    }

    /// Takes down how a sync of the content went, whoever made it. The file is at rest now.
    pub(crate) fn synced(&self, outcome: Result<(), Errno>) {
        let mut state = self.state();
        state.durability.note(Synced::content(outcome));
        // Nothing was written since the last rest, if there was nothing to write.
        self.compare(&mut state);
        state.left = self.facts().ok().map(|facts| facts.stamp);
    }

    /// Syncs what is written so far, while others go on writing: the file is not at rest.
    pub(crate) fn sync_aside(&self) -> Result<(), Errno> {
        let outcome = self.ops.sync(self.file.as_fd());
        if outcome.is_err() {
            self.state().durability.note(Synced::content(outcome));
        }
        outcome
    }

    /// The syncs so far.
    pub(crate) fn durability(&self) -> Durability {
        self.state().durability.clone()
    }

    /// Whether somebody else wrote to it, as far as the file system keeps time and we had a moment's rest to compare.
    pub(crate) fn disturbed(&self) -> bool {
        let mut state = self.state();
        self.compare(&mut state);
        state.disturbed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compares with how the file was left. Does not forget it: nothing was done.
    fn compare(&self, state: &mut State) {
        if let Some(left) = state.left
            && !self.facts().is_ok_and(|facts| facts.stamp == left)
        {
            state.disturbed = true;
        }
    }

    /// A file system that knows no holes calls all of a file data. Where that cannot be, because far too few blocks are allocated, to
    /// write it all would fill the disk.
    fn believed(&self, data: Segment) -> io::Result<Segment> {
        if data.len() <= UNDOUBTED {
            return Ok(data);
        }
        let allocated = self.facts()?.allocated;
        if data.len() - UNDOUBTED <= allocated.saturating_mul(COMPRESSED) {
            Ok(data)
        } else {
            Err(io::Error::other("the file system calls data what it has no blocks for"))
        }
    }

    /// Before a write: threads that write side by side wait here for the one that compares.
    fn begin_write(&self) {
        let mut state = self.state();
        if state.left.is_some() {
            self.compare(&mut state);
            state.left = None;
        }
    }
}

impl OpenFile {
    /// As the system tells data from holes.
    fn next_data(&self, from: u64) -> io::Result<Option<Segment>> {
        let file = self.file.as_fd();
        let to_the_end = |start: u64| -> io::Result<Option<Segment>> {
            let segment = Segment::new(start, self.facts()?.len);
            if segment.is_empty() { Ok(None) } else { self.believed(segment).map(Some) }
        };
        let start = match self.ops.data(file, from) {
            Ok(start) => start,
            Err(Errno::NXIO) => return Ok(None),
            Err(error) if knows_no_holes(error) => return to_the_end(from),
            Err(error) => return Err(error.into()),
        };
        match self.ops.hole(file, start) {
            Ok(end) if end > start => self.believed(Segment::new(start, end)).map(Some),
            // Cut between the two questions.
            Ok(_) | Err(Errno::NXIO) => Ok(None),
            Err(error) if knows_no_holes(error) => to_the_end(start),
            Err(error) => Err(error.into()),
        }
    }
}

impl Target for OpenFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.facts()?.len)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.state();
        let rested = state.left.is_some();
        self.compare(&mut state);
        state.left = None;
        self.ops.set_len(self.file.as_fd(), len)?;
        if rested {
            state.left = self.facts().ok().map(|facts| facts.stamp);
        }
        Ok(())
    }

    fn next_segment(&self, from: u64) -> io::Result<Option<Segment>> {
        let data = self.next_data(from)?;
        let next = self.hidden.partition_point(|run| run.end <= from);
        let Some(hidden) = self.hidden.get(next) else { return Ok(data) };
        let hidden = Segment::new(hidden.start.max(from), hidden.end.min(self.len()?));
        let candidates = [data, (!hidden.is_empty()).then_some(hidden)].into_iter().flatten();
        Ok(candidates.min_by_key(|segment| (segment.start, Reverse(segment.end))))
    }

    fn write_at(&self, buffer: &[u8], at: u64) -> io::Result<usize> {
        self.begin_write();
        Ok(self.ops.write_at(self.file.as_fd(), buffer, at)?)
    }

    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        Ok(self.ops.read_at(self.file.as_fd(), buffer, at)?)
    }

    fn sync(&self) -> io::Result<()> {
        let outcome = self.ops.sync(self.file.as_fd());
        self.synced(outcome);
        Ok(outcome?)
    }

    fn forget(&self, at: u64, len: u64) {
        self.ops.forget(self.file.as_fd(), at, len);
    }

    fn set_direct(&self, on: bool) -> io::Result<()> {
        Ok(self.ops.set_direct(self.file.as_fd(), on)?)
    }
}
