//! Where a payload goes, and in which order.

use super::batch::Batch;
use super::{BATCH_CHUNKS, Direction, FileError};
use crate::file::progress::{Progress, Watch};
use rustix::io::{Errno, pwritev};
use std::fs::File;
use std::io::{self, IoSlice, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The output of a run.
pub(crate) enum Drain<'a> {
    /// Written in order.
    Stream(&'a mut (dyn Write + Send)),
    /// A file of our own, from `at` on. Written in whatever order the threads come.
    Placed { file: &'a File, at: u64 },
}

impl<'a> Drain<'a> {
    /// The same for a shorter time; the compiler does not find this out behind `&mut dyn`.
    pub(super) fn shorten<'s>(self) -> Drain<'s>
    where
        'a: 's,
    {
        match self {
            Self::Stream(writer) => Drain::Stream(writer),
            Self::Placed { file, at } => Drain::Placed { file, at },
        }
    }
}

/// What a run moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moved {
    /// Octets of input.
    pub(crate) read: u64,
    /// Octets of output.
    pub(crate) written: u64,
}

/// The output, as the threads share it.
pub(super) struct Sink<'a> {
    direction: Direction,
    place: Option<(&'a File, u64)>,
    watch: Option<&'a Watch<'a>>,
    total: Option<u64>,
    state: Mutex<State<'a>>,
    turn: Condvar,
}

struct State<'a> {
    writer: Option<&'a mut (dyn Write + Send)>,
    /// Whose turn it is on a stream.
    next: u64,
    read: u64,
    written: u64,
    /// The first failure in the order of the payload.
    failure: Option<(u64, FileError)>,
    /// A thread died.
    abandoned: bool,
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        direction: Direction,
        drain: Drain<'a>,
        total: Option<u64>,
        watch: Option<&'a Watch<'a>>,
    ) -> Self {
        let (writer, place) = match drain {
            Drain::Stream(writer) => (Some(writer), None),
            Drain::Placed { file, at } => (None, Some((file, at))),
        };
        let state = State { writer, next: 0, read: 0, written: 0, failure: None, abandoned: false };
        Self { direction, place, watch, total, state: Mutex::new(state), turn: Condvar::new() }
    }

    /// Puts out batch `number`, made of `read` octets of input, or notes why there is none. Whether the run goes on.
    pub(super) fn put(&self, number: u64, batch: Result<(&Batch, u64), FileError>) -> bool {
        if let Some((file, at)) = self.place {
            let written = batch.and_then(|(batch, read)| Ok((self.write_at(file, at, number, batch)?, read)));
            return self.note(&mut self.lock(), number, written);
        }
        let mut state = self.await_turn(self.lock(), number);
        if state.failure.is_some() || state.abandoned {
            return false;
        }
        let written = batch.and_then(|(batch, read)| Ok((state.write(batch)?, read)));
        self.note(&mut state, number, written)
    }

    fn note(&self, state: &mut State<'_>, number: u64, written: Result<(u64, u64), FileError>) -> bool {
        if state.abandoned {
            return false;
        }
        let told = written.and_then(|(written, read)| {
            state.written += written;
            state.read += read;
            self.tell(state.read)
        });
        if let Err(error) = told {
            state.fail(number, error);
        }
        state.next += 1;
        self.turn.notify_all();
        state.failure.is_none() && !state.abandoned
    }

    /// A thread died: nobody waits any longer.
    pub(super) fn abandon(&self) {
        self.lock().abandoned = true;
        self.turn.notify_all();
    }

    /// How much was moved, or what failed first.
    pub(super) fn finish(self) -> Result<Moved, FileError> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        match state.failure {
            Some((_, error)) => Err(error),
            None => Ok(Moved { read: state.read, written: state.written }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(|poisoned| {
            // Whoever panicked while writing left the output in no known state.
            let mut state = poisoned.into_inner();
            state.abandoned = true;
            state
        })
    }

    fn await_turn<'s>(&'s self, state: MutexGuard<'s, State<'a>>, number: u64) -> MutexGuard<'s, State<'a>> {
        let waits =
            |state: &mut State<'a>| state.next != number && state.failure.is_none() && !state.abandoned;
        self.turn.wait_while(state, waits).unwrap_or_else(|poisoned| {
            let mut state = poisoned.into_inner();
            state.abandoned = true;
            state
        })
    }

    fn tell(&self, done: u64) -> Result<(), FileError> {
        let Some(watch) = self.watch else { return Ok(()) };
        match watch(Progress { done, total: self.total }) {
            std::ops::ControlFlow::Continue(()) => Ok(()),
            std::ops::ControlFlow::Break(()) => Err(FileError::Cancelled),
        }
    }

    fn write_at(&self, file: &File, at: u64, number: u64, batch: &Batch) -> Result<u64, FileError> {
        let size = (BATCH_CHUNKS * self.direction.output_unit()) as u64;
        let start =
            number.checked_mul(size).and_then(|start| start.checked_add(at)).ok_or(FileError::TooLong)?;
        let mut pieces = [IoSlice::new(&[]); BATCH_CHUNKS];
        for (slice, piece) in pieces.iter_mut().zip(batch.pieces()) {
            *slice = IoSlice::new(piece);
        }
        write_all_at(file, &mut pieces, start).map_err(FileError::Write)
    }
}

impl State<'_> {
    fn write(&mut self, batch: &Batch) -> Result<u64, FileError> {
        let Some(writer) = self.writer.as_mut() else { return Ok(0) };
        batch.pieces().try_fold(0, |sum, piece| {
            writer.write_all(piece).map_err(FileError::Write)?;
            Ok(sum + piece.len() as u64)
        })
    }

    fn fail(&mut self, number: u64, error: FileError) {
        if self.failure.as_ref().is_none_or(|(first, _)| number < *first) {
            self.failure = Some((number, error));
        }
    }
}

fn write_all_at(file: &File, mut pieces: &mut [IoSlice<'_>], start: u64) -> io::Result<u64> {
    let mut written = 0;
    IoSlice::advance_slices(&mut pieces, 0);
    while !pieces.is_empty() {
        match pwritev(file, pieces, start + written) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                written += count as u64;
                IoSlice::advance_slices(&mut pieces, count);
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(written)
}
