//! Progress, cancelling, and not too fast.

use super::memory::{BLOCK, MemoryTarget};
use super::{job, run};
use crate::overwrite::{Job, Progress, ReadBack, Shortfall, Stage, Throttle};
use crate::policy::Pass;
use std::num::NonZeroU64;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stockade_core::{Clock, ManualClock, UnixMillis};

const MEBIBYTE: u64 = 1 << 20;

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(UnixMillis::default()))
}

/// A throttle that never waits: one thread, in order.
pub(super) fn fast() -> Throttle<'static> {
    Throttle { rate: NonZeroU64::MAX, clock: clock(), sleep: &|_| () }
}

#[test]
fn a_rate_is_kept_over_all_passes_and_the_reading_back() {
    let clock = clock();
    let longest = Mutex::new(Duration::ZERO);
    let sleep = |time: Duration| {
        let mut longest = longest.lock().unwrap();
        *longest = time.max(*longest);
        clock.advance(time);
    };
    let target = MemoryTarget::new(10 * MEBIBYTE as usize, &[]);
    let rate = NonZeroU64::new(MEBIBYTE).unwrap();
    let throttle = Throttle { rate, clock: clock.clone(), sleep: &sleep };
    let report = run(&target, &Job { passes: &[Pass::RANDOM; 2], throttle: Some(throttle), ..job(&target) });
    assert_eq!(report.shortfalls(), []);
    let (least, most) = (Duration::from_millis(29_800), Duration::from_secs(30));
    assert!((least..=most).contains(&clock.monotonic()), "{:?}", clock.monotonic());
    assert!(*longest.lock().unwrap() <= Duration::from_millis(100));
}

#[test]
fn a_crawl_can_be_cancelled_while_it_waits() {
    let clock = clock();
    let sleep = |time: Duration| clock.advance(time);
    let throttle = Throttle { rate: NonZeroU64::MIN, clock: clock.clone(), sleep: &sleep };
    let deadline = clock.clone();
    let watch = move |_: Progress| match deadline.monotonic() < Duration::from_secs(1) {
        true => ControlFlow::Continue(()),
        false => ControlFlow::Break(()),
    };
    let target = MemoryTarget::new(3 * BLOCK as usize, &[]);
    let report = run(&target, &Job { throttle: Some(throttle), watch: Some(&watch), ..job(&target) });
    assert!(report.cancelled);
    assert_eq!(report.bytes, BLOCK);
    assert!(clock.monotonic() < Duration::from_secs(2));
}

#[test]
fn progress_only_grows_and_ends_at_its_total() {
    let seen = Mutex::new(Vec::new());
    let watch = |progress: Progress| {
        seen.lock().unwrap().push(progress);
        ControlFlow::Continue(())
    };
    let len = 9 * MEBIBYTE as usize - 1;
    let target = MemoryTarget::new(len, &[0, 700]);
    let report = run(&target, &Job { passes: &[Pass::RANDOM; 2], watch: Some(&watch), ..job(&target) });
    assert_eq!(report.shortfalls(), []);
    let seen = seen.into_inner().unwrap();
    for two in seen.windows(2) {
        assert!(two[0].done <= two[1].done && two[0].position <= two[1].position);
        assert!(two[0].synced <= two[1].synced && two[1].synced <= two[1].position);
    }
    let last = seen.last().unwrap();
    assert_eq!((last.stage, last.done, last.total), (Stage::Verifying, 27 * MEBIBYTE, 27 * MEBIBYTE));
    assert_eq!(last.position.pass, 2);
}

#[test]
fn a_run_that_was_cancelled_before_its_first_byte_has_written_none() {
    let target = MemoryTarget::new(100, &[]);
    let report = run(&target, &Job { watch: Some(&|_| ControlFlow::Break(())), ..job(&target) });
    assert_eq!(report.bytes, 0);
    assert_eq!(report.read_back, ReadBack::NotDone);
    assert_eq!(report.shortfalls(), [Shortfall::Cancelled, Shortfall::NotSynced]);
    assert_eq!(target.disk().bytes, [b'O'; 100]);
}
