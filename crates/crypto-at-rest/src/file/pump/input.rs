//! Where a payload comes from, and who gets which part of it.

use super::BATCH_CHUNKS;
use super::batch::Batch;
use crate::file::FileError;
use crate::file::payload::Direction;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The input of a run.
pub(crate) enum Feed<'a> {
    /// Read to its end.
    Stream(&'a mut (dyn Read + Send)),
    /// A regular file, from `at` to its end, which is `len` further on. Threads read it side by side.
    Placed { file: &'a File, at: u64, len: u64 },
}

impl<'a> Feed<'a> {
    /// The same for a shorter time; the compiler does not find this out behind `&mut dyn`.
    pub(super) fn shorten<'s>(self) -> Feed<'s>
    where
        'a: 's,
    {
        match self {
            Self::Stream(reader) => Feed::Stream(reader),
            Self::Placed { file, at, len } => Feed::Placed { file, at, len },
        }
    }
}

/// The input, as the threads share it.
pub(super) struct Source<'a> {
    input: Shared<'a>,
    direction: Direction,
    stopped: AtomicBool,
}

enum Shared<'a> {
    Stream(Mutex<Stream<'a>>),
    Placed { file: &'a File, at: u64, len: u64, next: AtomicU64 },
}

struct Stream<'a> {
    reader: &'a mut (dyn Read + Send),
    next: u64,
    /// The octet that showed that the last batch did not end the input.
    ahead: Option<u8>,
    ended: bool,
}

impl<'a> Source<'a> {
    pub(super) fn new(direction: Direction, feed: Feed<'a>) -> Self {
        let input = match feed {
            Feed::Stream(reader) => {
                Shared::Stream(Mutex::new(Stream { reader, next: 0, ahead: None, ended: false }))
            }
            Feed::Placed { file, at, len } => Shared::Placed { file, at, len, next: AtomicU64::new(0) },
        };
        Self { input, direction, stopped: AtomicBool::new(false) }
    }

    /// Octets of all input, if known.
    pub(super) fn total(&self) -> Option<u64> {
        match &self.input {
            Shared::Stream(_) => None,
            Shared::Placed { len, .. } => Some(*len),
        }
    }

    /// No further claims.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether all input has been claimed.
    pub(super) fn ended(&self) -> bool {
        match &self.input {
            Shared::Stream(stream) => stream.lock().unwrap_or_else(PoisonError::into_inner).ended,
            Shared::Placed { len, next, .. } => self.start(next.load(Ordering::Relaxed)) >= *len,
        }
    }

    /// Fills `batch` with the next piece of the input, and says which it is. `None` if there is no more.
    pub(super) fn claim(&self, batch: &mut Batch) -> Option<(u64, Result<(), FileError>)> {
        if self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        match &self.input {
            // A reader that panicked is not read again.
            Shared::Stream(stream) => stream.lock().ok()?.claim(batch),
            Shared::Placed { file, at, len, next } => {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let start = self.start(number);
                if start >= *len && number > 0 {
                    return None;
                }
                Some((number, self.read_at(file, *at, start, *len, batch)))
            }
        }
    }

    /// Where the batch of this number begins.
    fn start(&self, number: u64) -> u64 {
        number.saturating_mul((BATCH_CHUNKS * self.direction.unit()) as u64)
    }

    fn read_at(
        &self,
        file: &File,
        at: u64,
        start: u64,
        len: u64,
        batch: &mut Batch,
    ) -> Result<(), FileError> {
        let mut place = start;
        batch.fill(|room| {
            let wanted = usize::try_from(len - place).map_or(room.len(), |rest| rest.min(room.len()));
            let from = at.checked_add(place).ok_or(FileError::TooLong)?;
            file.read_exact_at(&mut room[..wanted], from).map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => FileError::Changed,
                _ => FileError::Read(error),
            })?;
            place += wanted as u64;
            Ok::<_, FileError>(wanted)
        })?;
        if place >= len {
            let end = at.checked_add(len).ok_or(FileError::TooLong)?;
            if retried(|| file.read_at(&mut [0], end)).map_err(FileError::Read)? > 0 {
                return Err(FileError::Changed);
            }
            batch.end();
        }
        Ok(())
    }
}

impl Stream<'_> {
    fn claim(&mut self, batch: &mut Batch) -> Option<(u64, Result<(), FileError>)> {
        if self.ended {
            return None;
        }
        let number = self.next;
        self.next += 1;
        let read = self.read(batch);
        // After an error nothing is known of where the reader stands.
        self.ended = !matches!(read, Ok(false));
        Some((number, read.map(drop).map_err(FileError::reading)))
    }

    /// Fills the batch, and looks one octet further to know whether it is the last. Whether it is.
    fn read(&mut self, batch: &mut Batch) -> io::Result<bool> {
        let ended = batch.fill(|room| {
            let mut filled = 0;
            if let (Some(octet), Some(first)) = (self.ahead.take(), room.first_mut()) {
                *first = octet;
                filled = 1;
            }
            while filled < room.len() {
                let rest = &mut room[filled..];
                match retried(|| self.reader.read(rest))? {
                    0 => break,
                    count if count <= rest.len() => filled += count,
                    _ => return Err(io::Error::other("a reader gave more than was asked")),
                }
            }
            Ok(filled)
        })?;
        let mut octet = [0];
        if ended || retried(|| self.reader.read(&mut octet))? == 0 {
            batch.end();
            return Ok(true);
        }
        self.ahead = Some(octet[0]);
        Ok(false)
    }
}

fn retried(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
