//! Timed on demand: a line with a number comes in, a line with the nanoseconds of CPU time that one of so many took goes out. So
//! `compare` can interleave a peer with its own.

use crate::Failure;
use rustix::time::{ClockId, clock_gettime};
use std::io::Write;

/// Answers with the time that `work` takes, until there are no more questions.
pub(crate) fn answer(mut work: impl FnMut(u32) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lines() {
        let times: u32 = line?.trim().parse()?;
        let start = cpu_nanos();
        (0..times).try_for_each(&mut work)?;
        writeln!(out, "{}", (cpu_nanos() - start) as f64 / f64::from(times))?;
        out.flush()?;
    }
    Ok(())
}

fn cpu_nanos() -> i64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}
