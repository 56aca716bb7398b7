//! A disk that breaks, at any call.

use super::laws::{any_holes, any_len};
use super::memory::{BLOCK, Call, EINTR, EIO, ENOSPC, Fault, MemoryTarget};
use super::{COMPLEMENT, expected, job, len_of, run};
use crate::overwrite::{Job, ReadBack, Segment, Shortfall, Slack, Throttle};
use crate::policy::{Pass, Verify};
use proptest::prelude::*;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use stockade_core::{ManualClock, UnixMillis};

fn bad_block(call: Call, block: u64) -> Option<Fault> {
    let bad = Segment::new(block * BLOCK, (block + 1) * BLOCK);
    let (Call::Write(part) | Call::Read(part)) = call else { return None };
    (part.start < bad.end && bad.start < part.end).then_some(Fault::Error(EIO))
}

#[test]
fn a_bad_block_is_named_and_the_rest_is_written() {
    let target = MemoryTarget::new(9 * BLOCK as usize, &[]).scripted(|_, call, _| bad_block(call, 4));
    let job = job(&target);
    let report = run(&target, &job);
    let bad = Segment::new(4 * BLOCK, 5 * BLOCK);
    assert_eq!(report.failed.segments(), [bad]);
    assert_eq!(report.bytes, 8 * BLOCK);
    assert_eq!(report.shortfalls(), [Shortfall::WritesFailed, Shortfall::Unreadable]);
    let ReadBack::Unreadable { ranges } = report.read_back else { panic!("unreadable") };
    assert_eq!(ranges.segments(), [bad]);
    assert!(report.first_error.unwrap().contains("os error 5"));
    let mut disk = expected(&job, 0, 9 * BLOCK as usize);
    disk[4 * BLOCK as usize..5 * BLOCK as usize].fill(b'O');
    assert_eq!(target.disk().bytes, disk);
}

#[test]
fn what_was_not_written_is_what_differs_when_read_back() {
    let target = MemoryTarget::new(9 * BLOCK as usize, &[]).scripted(|_, call, _| match call {
        Call::Write(_) => bad_block(call, 4).map(|_| Fault::Error(ENOSPC)),
        _ => None,
    });
    let report = run(&target, &job(&target));
    let ReadBack::Differs { ranges, .. } = &report.read_back else { panic!("differs") };
    assert!(ranges.bytes() > BLOCK - 100 && ranges.bytes() <= BLOCK);
    assert_eq!(report.failed.bytes(), BLOCK);
}

#[test]
fn a_disk_that_takes_nothing_leaves_a_report_of_nothing() {
    let target = MemoryTarget::new(2 * BLOCK as usize - 9, &[]).scripted(|_, call, _| match call {
        Call::Write(_) => Some(Fault::Error(ENOSPC)),
        _ => None,
    });
    let report = run(&target, &job(&target));
    assert_eq!((report.bytes, report.failed.bytes()), (0, 2 * BLOCK));
    assert_eq!(report.slack, Slack::NotCovered { bytes: 9 });
    assert_eq!(len_of(&target), 2 * BLOCK - 9);
}

#[test]
fn a_failed_sync_is_told_and_not_asked_again() {
    let mut syncs = 0;
    let target = MemoryTarget::new(100, &[]).scripted(move |_, call, _| {
        if call == Call::Sync {
            syncs += 1;
            assert_eq!(syncs, 1, "a second sync would be answered with success");
            return Some(Fault::Error(EIO));
        }
        None
    });
    let report = run(&target, &job(&target));
    assert_eq!(report.shortfalls(), [Shortfall::NotSynced]);
    assert!(!report.passes[0].synced);
}

#[test]
fn a_file_system_that_does_not_tell_holes_from_data_is_not_written_to() {
    let target = MemoryTarget::new(3 * BLOCK as usize, &[1]).scripted(|_, call, _| match call {
        Call::Segments => Some(Fault::Error(EIO)),
        _ => None,
    });
    let report = run(&target, &job(&target));
    assert_eq!((report.bytes, report.failed.bytes()), (0, 3 * BLOCK));
    assert!(!report.shortfalls().contains(&Shortfall::LengthChanged));
}

#[test]
fn a_length_that_cannot_be_restored_is_told() {
    let target = MemoryTarget::new(100, &[]).scripted(|_, call, _| match call {
        Call::SetLen => Some(Fault::Error(EIO)),
        _ => None,
    });
    let report = run(&target, &job(&target));
    assert_eq!(report.slack, Slack::CoveredAndLeft { bytes: BLOCK - 100 });
}

#[test]
fn flood_of_failures_on_a_full_disk_ends_and_names_all_of_it() {
    let writes = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&writes);
    let target = MemoryTarget::new(500 * BLOCK as usize, &[]).scripted(move |_, call, _| match call {
        Call::Write(part) if part.start >= 10 * BLOCK => {
            counting.fetch_add(1, Ordering::Relaxed);
            Some(Fault::Error(ENOSPC))
        }
        _ => None,
    });
    let clock = Arc::new(ManualClock::at(UnixMillis::default()));
    let sleep = |time| clock.advance(time);
    // Eight pieces a second, of a block each.
    let rate = NonZeroU64::new(8 * BLOCK).unwrap();
    let throttle = Throttle { rate, clock: clock.clone(), sleep: &sleep };
    let job = Job { verify: Verify::Skip, throttle: Some(throttle), ..job(&target) };
    let report = run(&target, &job);
    assert_eq!(report.shortfalls(), [Shortfall::WritesFailed]);
    assert_eq!(report.failed.segments(), [Segment::new(10 * BLOCK, 500 * BLOCK)]);
    assert_eq!(writes.load(Ordering::Relaxed), 64, "of 490");
}

fn any_fault() -> impl Strategy<Value = Fault> {
    let number = prop_oneof![Just(EINTR), Just(EIO), Just(ENOSPC)];
    prop_oneof![number.prop_map(Fault::Error), (0_usize..5000).prop_map(Fault::Short)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_fault_at_any_call_makes_a_report_claim_what_was_not_done(
        len in any_len(), holes in any_holes(), faults in proptest::collection::vec((0_u64..40, any_fault()), 1..8),
    ) {
        let target = MemoryTarget::new(len, &holes).scripted(move |number, _, _| {
            faults.iter().find(|(at, _)| *at == number).map(|(_, fault)| *fault)
        });
        let job = Job { passes: &[Pass::ZEROS, COMPLEMENT, Pass::RANDOM], ..job(&target) };
        let report = run(&target, &job);

        let (disk, all) = (target.disk(), expected(&job, 0, len));
        let failed = |at: u64| report.failed.segments().iter().any(|range| range.start <= at && at < range.end);
        for (at, (now, then)) in (0..).zip(disk.bytes.iter().zip(&all)) {
            let data = disk.data[(at / BLOCK) as usize];
            prop_assert!(!data || now == then || failed(at), "byte {} is neither written nor named", at);
        }
        if let ReadBack::Matches { .. } = report.read_back {
            let same = |at: &usize| disk.bytes[*at] == all[*at] || !disk.data[at / BLOCK as usize];
            prop_assert!((0..len).all(|at| same(&at)));
        }
    }
}
