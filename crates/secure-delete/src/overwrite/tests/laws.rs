//! What holds for every length and layout.

use super::memory::{BLOCK, MemoryTarget};
use super::{COMPLEMENT, expected, job, len_of, run};
use crate::overwrite::{Job, ReadBack, Shortfall, Slack};
use crate::policy::{Pass, Verify};
use proptest::prelude::*;

const THREE: [Pass; 3] = [Pass::ZEROS, COMPLEMENT, Pass::RANDOM];

/// 0 to 3 blocks, one byte less and one more.
pub(super) fn any_len() -> impl Strategy<Value = usize> {
    let near = (0_usize..=3, -1_i64..=1);
    let near = near.prop_map(|(blocks, off)| (blocks as i64 * BLOCK as i64 + off).max(0) as usize);
    prop_oneof![near, 0..3 * BLOCK as usize + 2]
}

pub(super) fn any_holes() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0_usize..4, 0..4)
}

#[test]
fn one_pass_over_a_plain_file_is_all_that_the_report_says() {
    let target = MemoryTarget::new(3 * BLOCK as usize - 100, &[]);
    let job = job(&target);
    let report = run(&target, &job);
    assert_eq!(report.shortfalls(), []);
    assert_eq!(report.bytes, 3 * BLOCK);
    assert_eq!(report.slack, Slack::Covered { bytes: 100 });
    assert_eq!(report.read_back, ReadBack::Matches { bytes: 3 * BLOCK });
    assert_eq!((report.failed.is_empty(), report.first_error, report.resumed_from), (true, None, None));
    assert_eq!(target.disk().bytes, expected(&job, 0, 3 * BLOCK as usize - 100));
}

#[test]
fn a_block_that_is_none_gets_no_slack() {
    for block in [0, 3000, 1 << 20] {
        let target = MemoryTarget::new(100, &[]);
        let report = run(&target, &Job { block, extent_end: 1 << 20, ..job(&target) });
        assert_eq!(report.bytes, 100);
        assert_eq!(report.shortfalls(), [Shortfall::SlackLeft]);
    }
}

#[test]
fn slack_that_is_to_be_left_alone_is_named() {
    let target = MemoryTarget::new(100, &[]);
    let report = run(&target, &Job { extent_end: 100, ..job(&target) });
    assert_eq!((report.bytes, report.slack), (100, Slack::NotCovered { bytes: BLOCK - 100 }));
    assert_eq!(report.shortfalls(), [Shortfall::SlackLeft]);
}

#[test]
fn no_passes_write_nothing_and_claim_nothing() {
    let target = MemoryTarget::new(100, &[]);
    let report = run(&target, &Job { passes: &[], ..job(&target) });
    assert_eq!((report.bytes, report.passes.len(), report.read_back), (0, 0, ReadBack::NotDone));
    assert_eq!(target.disk().bytes, [b'O'; 100]);
}

#[test]
fn a_report_survives_as_json() {
    let target = MemoryTarget::new(100, &[]);
    let json = serde_json::to_value(run(&target, &job(&target))).unwrap();
    assert_eq!(json["passes"][0]["pattern"], "random");
    assert_eq!(json["read_back"]["found"], "matches");
    assert_eq!(json["slack"]["bytes"], BLOCK - 100);
}

proptest! {
    #[test]
    fn every_byte_of_data_is_the_last_pass_and_every_hole_is_a_hole(
        len in any_len(), holes in any_holes(), three in any::<bool>(), verify in any::<bool>(),
    ) {
        let target = MemoryTarget::new(len, &holes);
        let passes = if three { &THREE[..] } else { &THREE[2..] };
        let verify = if verify { Verify::LastPass } else { Verify::Skip };
        let job = Job { passes, verify, ..job(&target) };
        let report = run(&target, &job);

        prop_assert_eq!(report.shortfalls(), []);
        prop_assert_eq!(len_of(&target), len as u64);
        prop_assert_eq!(report.passes.len(), passes.len());
        prop_assert!(report.passes.iter().all(|pass| pass.synced));
        let blocks = len.div_ceil(BLOCK as usize);
        let data = (0..blocks).filter(|block| !holes.contains(block)).count() as u64 * BLOCK;
        prop_assert_eq!(report.bytes, data * passes.len() as u64);
        let read = if verify == Verify::LastPass { ReadBack::Matches { bytes: data } } else { ReadBack::NotDone };
        prop_assert_eq!(report.read_back, read);

        let (disk, all) = (target.disk(), expected(&job, 0, len));
        for (block, (now, then)) in disk.bytes.chunks(BLOCK as usize).zip(all.chunks(BLOCK as usize)).enumerate() {
            let hole = holes.contains(&block);
            prop_assert_eq!(disk.data[block], !hole);
            let zeros = vec![0; now.len()];
            prop_assert_eq!(now, if hole { &zeros } else { then });
        }
    }
}
