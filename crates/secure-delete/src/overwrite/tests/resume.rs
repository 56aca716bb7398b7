//! A run that was killed, and the one after it.

use super::memory::{BLOCK, MemoryTarget};
use super::slow::fast;
use super::{COMPLEMENT, expected, job, len_of, run};
use crate::overwrite::{Job, Position, Progress, ReadBack, Shortfall, Slack, overwrite};
use crate::policy::Pass;
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const LEN: usize = (5 << 20) - 7;
const PASSES: [Pass; 3] = [Pass::RANDOM, COMPLEMENT, Pass::RANDOM];

/// Runs until the watcher was told `tells` times; returns where it was then.
fn cancel_after(target: &MemoryTarget, tells: u64) -> Position {
    let (told, last) = (AtomicU64::new(0), Mutex::new(Position::START));
    let watch = |progress: Progress| {
        *last.lock().unwrap() = progress.position;
        match told.fetch_add(1, Ordering::Relaxed) < tells {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    };
    let report = run(target, &Job { passes: &PASSES, watch: Some(&watch), ..job(target) });
    assert!(report.cancelled || report.shortfalls().is_empty());
    last.into_inner().unwrap()
}

#[test]
fn a_cancelled_run_goes_on_from_anywhere_and_ends_the_same() {
    for tells in [0, 1, 2, 4, 6, 9, 12, 15] {
        let target = MemoryTarget::new(LEN, &[3, 600]);
        let position = cancel_after(&target, tells);
        let job = Job { passes: &PASSES, resume: Some(position), ..job(&target) };
        let report = run(&target, &job);
        assert_eq!(report.shortfalls(), [], "after {tells}");
        assert_eq!(report.resumed_from, Some(position));
        assert!(matches!(report.read_back, ReadBack::Matches { .. }));
        assert_eq!(report.passes.len(), 3 - position.pass as usize);
        assert_eq!(len_of(&target), LEN as u64);
    }
}

#[test]
fn a_kill_with_the_slack_appended_is_no_stranger_and_is_cut_off() {
    let target = MemoryTarget::new(100, &[]);
    let job = job(&target);
    target.tamper(|disk| disk.bytes.resize(BLOCK as usize, 0));
    assert!(overwrite(&target, &job).length_changed);
    let report = overwrite(&target, &Job { resume: Some(Position::START), ..job });
    assert_eq!(report.shortfalls(), []);
    assert_eq!(report.slack, Slack::Covered { bytes: BLOCK - 100 });
    assert_eq!(len_of(&target), 100);
}

#[test]
fn a_journal_that_ran_ahead_of_the_disk_is_found_when_read_back() {
    let target = MemoryTarget::new(LEN, &[]);
    let ahead = Position { pass: 2, offset: 4 << 20 };
    let report = run(&target, &Job { passes: &PASSES, resume: Some(ahead), ..job(&target) });
    assert_eq!(report.shortfalls(), [Shortfall::ReadBackDiffers]);
}

#[test]
fn another_seed_takes_the_first_half_for_a_strangers() {
    let target = MemoryTarget::new(LEN, &[]);
    run(&target, &job(&target));
    let half = Position { pass: 0, offset: 2 << 20 };
    let report = run(&target, &Job { seed: &[1; 32], resume: Some(half), ..job(&target) });
    assert_eq!(report.shortfalls(), [Shortfall::ReadBackDiffers]);
}

#[test]
fn a_position_beyond_all_passes_only_reads_back() {
    let target = MemoryTarget::new(LEN, &[]);
    run(&target, &job(&target));
    for pass in [1, 2, u32::MAX] {
        let end = Position { pass, offset: u64::MAX };
        let report = run(&target, &Job { resume: Some(end), ..job(&target) });
        assert_eq!((report.bytes, report.shortfalls()), (0, vec![]));
        assert!(matches!(report.read_back, ReadBack::Matches { .. }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn no_position_makes_a_resumed_run_trespass(pass in 0_u32..5, offset in any::<u64>(), near in 0_u64..2 * LEN as u64) {
        for offset in [offset, near] {
            let target = MemoryTarget::new(LEN, &[3]);
            let resume = Some(Position { pass, offset });
            run(&target, &Job { passes: &PASSES, resume, throttle: Some(fast()), ..job(&target) });
            prop_assert_eq!(len_of(&target), LEN as u64);
        }
    }
}

#[test]
fn a_resumed_pass_writes_what_the_whole_would_have() {
    let target = MemoryTarget::new(LEN, &[]);
    let position = Position { pass: 2, offset: 12_345 };
    let job = Job { passes: &PASSES, resume: Some(position), ..job(&target) };
    run(&target, &job);
    assert_eq!(target.disk().bytes[12_345..], expected(&job, 12_345, LEN - 12_345));
    assert_eq!(target.disk().bytes[..12_345], [b'O'; 12_345]);
}
