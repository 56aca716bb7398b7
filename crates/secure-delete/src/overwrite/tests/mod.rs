//! Overwriting, on a target in memory that fails as told and on real files.

mod attacks;
mod faults;
#[cfg(target_os = "linux")]
mod files;
mod laws;
mod memory;
mod ranges;
mod resume;
mod slow;
mod stream;
mod transfer;

use super::{Job, Overwrite, Target, overwrite};
use crate::policy::{Pass, Pattern, Verify};
use memory::{BLOCK, MemoryTarget};

const SEED: [u8; 32] = [7; 32];
const COMPLEMENT: Pass = Pass::of(Pattern::Complement);

/// The job a file of this target is given: one random pass, read back, slack covered.
fn job(target: &MemoryTarget) -> Job<'static> {
    job_for(target.first_len(), BLOCK)
}

fn job_for(len: u64, block: u64) -> Job<'static> {
    Job {
        passes: &[Pass::RANDOM],
        verify: Verify::LastPass,
        block,
        len,
        extent_end: len.next_multiple_of(block),
        seed: &SEED,
        resume: None,
        watch: None,
        throttle: None,
    }
}

/// What a pass leaves in place of these bytes.
fn expected(job: &Job<'_>, offset: u64, len: usize) -> Vec<u8> {
    let last = job.passes.len() - 1;
    let mut bytes = vec![0; len];
    super::stream::Stream::of(job.passes, last, job.seed).fill(&mut bytes, offset).unwrap();
    bytes
}

fn run(target: &MemoryTarget, job: &Job<'_>) -> Overwrite {
    let report = overwrite(target, job);
    target.assert_honest(&report);
    report
}

fn len_of(target: &dyn Target) -> u64 {
    target.len().unwrap()
}
