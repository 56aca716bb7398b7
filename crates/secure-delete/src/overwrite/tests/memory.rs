//! A file in memory that fails as it is told, and keeps book of what was done to it.

use crate::overwrite::{Overwrite, Segment, Target};
use std::io;
use std::sync::{Mutex, MutexGuard};

pub(super) const BLOCK: u64 = 4096;

/// What the system is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Len,
    SetLen,
    Segments,
    Write(Segment),
    Read(Segment),
    Sync,
}

/// What it answers instead of doing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// This error number.
    Error(i32),
    /// Does it, but at most for so many bytes.
    Short(usize),
}

pub(super) const EINTR: i32 = 4;
pub(super) const EIO: i32 = 5;
pub(super) const EINVAL: i32 = 22;
pub(super) const ENOSPC: i32 = 28;

/// Sees each call, with its number, before it is done; may change the file as somebody else would.
type Script = Box<dyn FnMut(u64, Call, &mut Disk) -> Option<Fault> + Send>;

/// The file as it lies on its disk.
#[derive(Debug, Default, Clone)]
pub(super) struct Disk {
    /// Up to the length.
    pub(super) bytes: Vec<u8>,
    /// Which blocks hold data; the others are holes.
    pub(super) data: Vec<bool>,
    /// Bytes that writes put here.
    written: u64,
    /// Writes into what was no data.
    trespasses: Vec<Segment>,
    syncs: u64,
    pub(super) direct: bool,
    /// Bytes written past the page cache.
    pub(super) written_direct: u64,
}

/// The file, the number of the next call, and what to do at it.
type State = (Disk, u64, Script);

pub(super) struct MemoryTarget {
    first: Disk,
    state: Mutex<State>,
    has_direct: bool,
}

impl MemoryTarget {
    /// A file of `len` bytes of old data, but for the blocks that `holes` names.
    pub(super) fn new(len: usize, holes: &[usize]) -> Self {
        let blocks = len.div_ceil(BLOCK as usize);
        let data: Vec<bool> = (0..blocks).map(|block| !holes.contains(&block)).collect();
        let old = |at: usize| if data[at / BLOCK as usize] { b'O' } else { 0 };
        let disk = Disk { bytes: (0..len).map(old).collect(), data: data.clone(), ..Disk::default() };
        Self {
            first: disk.clone(),
            state: Mutex::new((disk, 0, Box::new(|_, _, _| None))),
            has_direct: false,
        }
    }

    pub(super) fn scripted(
        self,
        script: impl FnMut(u64, Call, &mut Disk) -> Option<Fault> + Send + 'static,
    ) -> Self {
        self.lock().2 = Box::new(script);
        self
    }

    pub(super) fn with_direct(mut self) -> Self {
        self.has_direct = true;
        self
    }

    pub(super) fn first_len(&self) -> u64 {
        self.first.bytes.len() as u64
    }

    pub(super) fn disk(&self) -> Disk {
        self.lock().0.clone()
    }

    /// Changes the file behind everybody's back.
    pub(super) fn tamper(&self, change: impl FnOnce(&mut Disk)) {
        change(&mut self.lock().0);
    }

    /// What holds whatever happens: nothing is written where no data was, and no more is claimed than was done.
    pub(super) fn assert_honest(&self, report: &Overwrite) {
        let disk = self.disk();
        assert_eq!(disk.trespasses, [], "written outside data and slack");
        assert!(report.bytes <= disk.written, "{} claimed, {} written", report.bytes, disk.written);
        assert_eq!(report.bytes, report.passes.iter().map(|pass| pass.bytes).sum::<u64>());
        assert!(report.passes.iter().filter(|pass| pass.synced).count() as u64 <= disk.syncs);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Numbers a call and plays what the script has for it.
    fn enter(&self, call: Call) -> io::Result<(MutexGuard<'_, State>, usize)> {
        let mut state = self.lock();
        let (disk, number, script) = &mut *state;
        let fault = script(*number, call, disk);
        *number += 1;
        match fault {
            Some(Fault::Error(number)) => Err(io::Error::from_raw_os_error(number)),
            Some(Fault::Short(most)) => Ok((state, most)),
            None => Ok((state, usize::MAX)),
        }
    }

    fn check_direct(disk: &Disk, len: usize, at: u64) -> io::Result<()> {
        let aligned = len.is_multiple_of(4096) && at.is_multiple_of(4096);
        if disk.direct && !aligned { Err(io::Error::from_raw_os_error(EINVAL)) } else { Ok(()) }
    }
}

impl Disk {
    pub(super) fn set_len(&mut self, len: usize) {
        self.bytes.resize(len, 0);
        self.data.resize(len.div_ceil(BLOCK as usize), false);
    }

    /// Somebody else writes at the end.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.data.resize(self.bytes.len().div_ceil(BLOCK as usize), true);
    }

    /// Somebody else gives blocks back.
    pub(super) fn punch(&mut self, block: usize) {
        self.data[block] = false;
        let from = block * BLOCK as usize;
        let to = (from + BLOCK as usize).min(self.bytes.len());
        self.bytes[from..to].fill(0);
    }
}

impl Target for MemoryTarget {
    fn len(&self) -> io::Result<u64> {
        let (state, _) = self.enter(Call::Len)?;
        Ok(state.0.bytes.len() as u64)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let (mut state, _) = self.enter(Call::SetLen)?;
        state.0.set_len(len as usize);
        Ok(())
    }

    fn next_segment(&self, from: u64) -> io::Result<Option<Segment>> {
        let (state, _) = self.enter(Call::Segments)?;
        let disk = &state.0;
        let len = disk.bytes.len() as u64;
        let first = (from / BLOCK) as usize;
        let behind =
            |from: usize, data: bool| (from..disk.data.len()).find(|block| disk.data[*block] == data);
        let Some(block) = behind(first, true) else { return Ok(None) };
        let start = from.max(block as u64 * BLOCK);
        let end = behind(block, false).map_or(len, |block| block as u64 * BLOCK);
        if start >= len {
            return Ok(None);
        }
        Ok(Some(Segment::new(start, end)))
    }

    fn write_at(&self, buffer: &[u8], at: u64) -> io::Result<usize> {
        let segment = Segment::new(at, at + buffer.len() as u64);
        let (mut state, most) = self.enter(Call::Write(segment))?;
        let disk = &mut state.0;
        Self::check_direct(disk, buffer.len(), at)?;
        let (from, len) = (at as usize, buffer.len().min(most));
        let to = from + len;
        let blocks = from / BLOCK as usize..to.div_ceil(BLOCK as usize);
        if !disk.data.get(blocks).is_some_and(|blocks| blocks.iter().all(|data| *data)) {
            disk.trespasses.push(segment);
        }
        if to > disk.bytes.len() {
            disk.set_len(to);
        }
        disk.bytes[from..to].copy_from_slice(&buffer[..len]);
        disk.written += len as u64;
        disk.written_direct += if disk.direct { len as u64 } else { 0 };
        Ok(len)
    }

    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let (state, most) = self.enter(Call::Read(Segment::new(at, at + buffer.len() as u64)))?;
        Self::check_direct(&state.0, buffer.len(), at)?;
        let rest = state.0.bytes.get(at as usize..).unwrap_or_default();
        let len = rest.len().min(buffer.len()).min(most);
        buffer[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }

    fn sync(&self) -> io::Result<()> {
        let (mut state, _) = self.enter(Call::Sync)?;
        state.0.syncs += 1;
        Ok(())
    }

    fn forget(&self, _: u64, _: u64) {}

    fn set_direct(&self, on: bool) -> io::Result<()> {
        if on && !self.has_direct {
            return Err(io::Error::from_raw_os_error(EINVAL));
        }
        self.lock().0.direct = on;
        Ok(())
    }
}
