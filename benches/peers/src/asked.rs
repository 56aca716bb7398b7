//! Timed on demand: a line with a number comes in, a line with the nanoseconds of CPU time that one of so many took goes out. So
//! `compare` can interleave a peer with its own.

use crate::Failure;
use rustix::time::{ClockId, clock_gettime};
use std::io::Write;

/// Answers with the time that `work` takes, until there are no more questions.
pub(crate) fn answer(mut work: impl FnMut(u32) -> Result<(), Failure>) -> Result<(), Failure> {
    answer_batches(|times| nanos_of(|| (0..times).try_for_each(&mut work)))
}

/// Answers with a part of the nanoseconds that `batch` gives for so many, until there are no more questions.
pub(crate) fn answer_batches(mut batch: impl FnMut(u32) -> Result<f64, Failure>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lines() {
        let times: u32 = line?.trim().parse()?;
        writeln!(out, "{}", batch(times)? / f64::from(times))?;
        out.flush()?;
    }
    Ok(())
}

/// The nanoseconds of CPU time that `work` takes.
pub(crate) fn nanos_of(work: impl FnOnce() -> Result<(), Failure>) -> Result<f64, Failure> {
    let start = cpu_nanos();
    work()?;
    Ok((cpu_nanos() - start) as f64)
}

fn cpu_nanos() -> i64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}
