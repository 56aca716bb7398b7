//! The bytes of a journal.

use super::*;
use crate::ops::Key;
use crate::report::Name;
use crate::{Caveat, Pattern, Position, Verify};
use proptest::prelude::*;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use zeroize::Zeroizing;

fn record(path: &[u8], seed: [u8; 32], position: Position, number: u64) -> JournalRecord {
    let passes = vec![Pass::RANDOM, Pass::of(Pattern::Byte(7)), Pass::of(Pattern::Complement)];
    JournalRecord {
        intent: Intent {
            task: Task::File,
            root: Key { device: (8, 1), inode: 2 },
            key: Key { device: (8, 1), inode: 77 },
            born: Some((1_700_000_000, 5)),
            len: 12_345,
            extents: Some([b'a'; 64]),
            required: Level::OverwrittenInPlace,
            policy: Policy::default().with_passes(passes).unwrap().verify(Verify::Skip),
            seed: Zeroizing::new(seed),
            path: Name::new(OsStr::from_bytes(path)),
        },
        reached: Reached { number, position, judged: Some(Judged::InPlace(Caveat::Flash)) },
    }
}

fn usual() -> JournalRecord {
    record(b"a/scan.png", [9; 32], Position { pass: 1, offset: 4096 }, 3)
}

#[test]
fn what_is_written_is_read() {
    let bytes = usual().to_bytes();
    assert_eq!(bytes.len(), JOURNAL_LEN);
    assert!(JournalRecord::parse(&bytes).unwrap() == usual());
    // The seed of this fuzz target; written anew by hand where the format changes.
    assert_eq!(bytes, include_bytes!("../../../../../fuzz/corpus/shred_journal/seed-file"));
}

#[test]
fn truncation_and_growth_are_refused() {
    let bytes = usual().to_bytes();
    for len in [0, 1, 16, 52, 100, JOURNAL_LEN - 1] {
        assert_eq!(JournalRecord::parse(&bytes[..len]).unwrap_err(), JournalError::Length);
    }
    let longer = [bytes, vec![0]].concat();
    assert_eq!(JournalRecord::parse(&longer).unwrap_err(), JournalError::Length);
}

#[test]
fn downgrade_to_another_version_is_refused() {
    let mut bytes = usual().to_bytes();
    bytes[15] = b'2';
    assert_eq!(JournalRecord::parse(&bytes).unwrap_err(), JournalError::Version);
    bytes[0] = b'x';
    assert_eq!(JournalRecord::parse(&bytes).unwrap_err(), JournalError::Format);
}

#[test]
fn partial_write_of_a_position_leaves_the_one_before() {
    let mut bytes = usual().to_bytes();
    let newer = record(b"a/scan.png", [9; 32], Position { pass: 2, offset: 0 }, 4).to_bytes();
    let at = 8 * 1024;
    bytes[at..at + 64].copy_from_slice(&newer[at..at + 64]);
    assert_eq!(JournalRecord::parse(&bytes).unwrap().position(), Position { pass: 2, offset: 0 });
    bytes[at + 5] ^= 1;
    assert_eq!(JournalRecord::parse(&bytes).unwrap().position(), Position { pass: 1, offset: 4096 });
}

#[test]
fn the_seed_is_in_no_debug_text() {
    assert!(!format!("{:?}", usual()).contains("9, 9"));
}

proptest! {
    #[test]
    fn every_journal_comes_back(
        path in proptest::collection::vec(1_u8.., 0..4096),
        seed in any::<[u8; 32]>(),
        pass in any::<u32>(),
        offset in any::<u64>(),
        number in any::<u64>(),
    ) {
        let record = record(&path, seed, Position { pass, offset }, number);
        prop_assert!(JournalRecord::parse(&record.to_bytes()).unwrap() == record);
    }

    /// A bit that flips in the intent makes it nobody's; one elsewhere changes nothing but the position, back to an earlier one.
    #[test]
    fn no_flipped_bit_changes_what_is_deleted(at in 0..JOURNAL_LEN * 8) {
        let mut bytes = usual().to_bytes();
        bytes[at / 8] ^= 1 << (at % 8);
        if let Ok(parsed) = JournalRecord::parse(&bytes) {
            prop_assert!(parsed.intent == usual().intent);
            prop_assert!(parsed.position() == usual().position() || parsed.position() == Position::START);
        }
    }

    #[test]
    fn noise_is_refused(noise in proptest::collection::vec(any::<u8>(), JOURNAL_LEN)) {
        prop_assert!(JournalRecord::parse(&noise).is_err());
    }
}
