//! Moves a payload from an input to an output, on several threads, in constant memory.
//!
//! Each thread owns one [`Batch`]. It claims the next piece of the input, works on it in place, and puts it out: in order
//! where the output is a stream, at once where it is a file with places. Memory is threads × 256 KiB whatever the length.
//!
//! What fails first in the order of the file is what is reported, and nothing behind it is written to a stream.

mod batch;
mod input;
mod output;
#[cfg(test)]
mod tests;

use super::FileError;
use super::payload::{ChunkCipher, Direction};
use super::progress::Watch;
use batch::Batch;
pub(crate) use input::Feed;
use input::Source;
use output::Sink;
pub(crate) use output::{Drain, Moved};
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::thread;

/// Chunks in a batch. Measured from one to eight: below four a file costs up to a tenth more, above nothing is gained but
/// memory used.
pub(crate) const BATCH_CHUNKS: usize = 4;

/// Octets of plaintext in a full batch: inputs up to this start no thread.
pub(crate) const BATCH_LEN: u64 = (BATCH_CHUNKS * super::payload::CHUNK) as u64;

/// The most threads that are started; a machine with more gains nothing, for the output is one.
pub(crate) const MAX_THREADS: usize = 16;

/// What is to be done with the input.
pub(crate) struct Job<'a> {
    pub(crate) direction: Direction,
    pub(crate) cipher: &'a ChunkCipher,
    /// How many threads work at most, the caller's among them. `None` takes as many as the machine has.
    pub(crate) threads: Option<NonZeroUsize>,
    pub(crate) watch: Option<&'a Watch<'a>>,
}

/// Runs the job to its end, and returns how much was moved.
///
/// A panic in the caller's reader, writer or progress function ends all threads and goes on in the caller's.
pub(crate) fn run(job: &Job<'_>, feed: Feed<'_>, drain: Drain<'_>) -> Result<Moved, FileError> {
    let source = Source::new(job.direction, feed.shorten());
    let sink = Sink::new(job.direction, drain.shorten(), source.total(), job.watch);
    let worker = Worker { job, source: &source, sink: &sink };
    let mut batch = Batch::new(job.direction);
    // A thread costs more than a short input: the first batch is worked on before any is started.
    if worker.step(&mut batch) && !source.ended() {
        let wanted =
            job.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        worker.crew(wanted.min(MAX_THREADS), batch);
    }
    sink.finish()
}

/// What one thread does, over and over.
#[derive(Clone, Copy)]
struct Worker<'w, 'a> {
    job: &'w Job<'a>,
    source: &'w Source<'a>,
    sink: &'w Sink<'a>,
}

impl Worker<'_, '_> {
    /// Works with so many threads until there is nothing more to do.
    fn crew(self, threads: usize, batch: Batch) {
        let panic = thread::scope(|scope| {
            let start = |_| {
                let work = move || self.work(Batch::new(self.job.direction));
                // Without a further thread the others do its work.
                thread::Builder::new().name("stockade-file".into()).spawn_scoped(scope, work).ok()
            };
            let others: Vec<_> = (1..threads).map_while(start).collect();
            self.work(batch);
            // All are joined: the scope puts its own message in place of a panic that nobody has taken.
            let panics: Vec<_> = others.into_iter().filter_map(|other| other.join().err()).collect();
            panics.into_iter().next()
        });
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    fn work(self, mut batch: Batch) {
        let _alarm = Alarm(self);
        while self.step(&mut batch) {}
    }

    /// One batch. Whether there may be another.
    fn step(&self, batch: &mut Batch) -> bool {
        let Some((number, read)) = self.source.claim(batch) else { return false };
        let octets = batch.len() as u64;
        let done = read.and_then(|()| batch.work(self.job.cipher, number));
        if done.is_err() {
            self.source.stop();
        }
        let goes_on = self.sink.put(number, done.map(|()| (&*batch, octets)));
        if !goes_on {
            self.source.stop();
        }
        goes_on
    }
}

/// Wakes the other threads if this one dies, for they may be waiting for its batch.
struct Alarm<'w, 'a>(Worker<'w, 'a>);

impl Drop for Alarm<'_, '_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.source.stop();
            self.0.sink.abandon();
        }
    }
}
