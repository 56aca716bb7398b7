//! Somebody else has the file open too.

use super::memory::{BLOCK, Call, EINVAL, MemoryTarget};
use super::{expected, job, job_for, len_of, run};
use crate::overwrite::{Job, ReadBack, Segment, Shortfall, Slack};
use crate::policy::Pass;
use proptest::prelude::*;

fn shortfalls(target: &MemoryTarget) -> Vec<Shortfall> {
    run(target, &job(target)).shortfalls()
}

#[test]
fn an_append_before_the_sync_is_found_and_not_cut_off() {
    let target = MemoryTarget::new(100, &[]).scripted(|_, call, disk| {
        if call == Call::Sync {
            disk.append(b"appended");
        }
        None
    });
    let report = run(&target, &job(&target));
    assert!(report.shortfalls().contains(&Shortfall::LengthChanged));
    assert_eq!(report.slack, Slack::CoveredAndLeft { bytes: BLOCK - 100 });
    assert!(target.disk().bytes.ends_with(b"appended"));
}

#[test]
fn a_truncation_between_two_pieces_is_found_and_not_written_back() {
    let len = 3 * (2 << 20);
    let (mut written, mut cut) = (false, false);
    let target = MemoryTarget::new(len, &[]).scripted(move |_, call, disk| {
        if written && !cut {
            disk.set_len(1000);
            cut = true;
        }
        written |= matches!(call, Call::Write(_));
        None
    });
    let throttled_to_one_thread = super::slow::fast();
    let report = run(&target, &Job { throttle: Some(throttled_to_one_thread), ..job(&target) });
    assert!(report.shortfalls().contains(&Shortfall::LengthChanged));
    assert_eq!(len_of(&target), 1000);
}

#[test]
fn a_truncation_to_nothing_and_back_is_found_by_what_is_missing() {
    let mut done = false;
    let target = MemoryTarget::new(3 * BLOCK as usize, &[]).scripted(move |_, call, disk| {
        if matches!(call, Call::Sync) && !std::mem::replace(&mut done, true) {
            disk.punch(1);
        }
        None
    });
    assert_eq!(shortfalls(&target), [Shortfall::LengthChanged]);
}

#[test]
fn a_file_that_is_longer_than_planned_is_found_before_the_first_write() {
    let target = MemoryTarget::new(2 * BLOCK as usize, &[]);
    let report = run(&target, &job_for(BLOCK, BLOCK));
    assert_eq!(report.shortfalls(), [Shortfall::LengthChanged]);
    assert_eq!(target.disk().bytes[BLOCK as usize..], [b'O'; BLOCK as usize]);
}

#[test]
fn a_hole_that_somebody_fills_meanwhile_is_found() {
    let target = MemoryTarget::new(3 * BLOCK as usize, &[1]).scripted(|_, call, disk| {
        if call == Call::Sync {
            disk.data[1] = true;
            disk.bytes[BLOCK as usize] = b'N';
        }
        None
    });
    assert_eq!(shortfalls(&target), [Shortfall::LengthChanged, Shortfall::ReadBackDiffers]);
}

#[test]
fn direct_access_that_a_file_system_takes_back_ends_in_the_page_cache() {
    let len = (5 << 20) + 100;
    let target = MemoryTarget::new(len, &[]).with_direct().scripted(|_, call, disk| {
        let refused = disk.direct && disk.written_direct > 0 && matches!(call, Call::Write(_));
        refused.then_some(super::memory::Fault::Error(EINVAL))
    });
    let job = Job { passes: &[Pass::RANDOM, Pass::RANDOM], ..job(&target) };
    let report = run(&target, &job);
    assert_eq!(report.shortfalls(), []);
    assert!(report.passes.iter().all(|pass| !pass.direct));
    assert!(target.disk().written_direct > 0);
    assert_eq!(target.disk().bytes, expected(&job, 0, len));
}

#[test]
fn a_large_file_goes_past_the_page_cache_throughout() {
    let len = (5 << 20) + 100;
    let target = MemoryTarget::new(len, &[1, 77]).with_direct();
    let report = run(&target, &job(&target));
    assert_eq!(report.shortfalls(), []);
    assert!(report.passes[0].direct);
    assert_eq!(target.disk().written_direct, report.bytes);
    assert!(!target.disk().direct, "left on");
}

#[test]
fn an_unaligned_tail_is_written_although_direct_access_refuses_it() {
    let len = (1 << 20) + 100;
    let target = MemoryTarget::new(len, &[]).with_direct();
    let job = Job { extent_end: len as u64, ..job(&target) };
    let report = run(&target, &job);
    assert_eq!(report.shortfalls(), [Shortfall::SlackLeft], "it was not to be written");
    assert_eq!(target.disk().bytes, expected(&job, 0, len));
}

proptest! {
    #[test]
    fn a_writer_behind_the_last_pass_is_found_to_the_byte(
        len in 1_usize..3 * BLOCK as usize, at in any::<prop::sample::Index>(), bit in 0_u8..8,
    ) {
        let at = at.index(len);
        let target = MemoryTarget::new(len, &[]).scripted(move |_, call, disk| {
            if call == Call::Sync {
                disk.bytes[at] ^= 1 << bit;
            }
            None
        });
        let report = run(&target, &job(&target));
        prop_assert_eq!(report.shortfalls(), [Shortfall::ReadBackDiffers]);
        let ReadBack::Differs { ranges, unreadable } = report.read_back else { panic!("differs") };
        prop_assert_eq!(ranges.segments(), [Segment::new(at as u64, at as u64 + 1)]);
        prop_assert!(unreadable.is_empty());
    }
}
