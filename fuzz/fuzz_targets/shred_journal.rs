//! A journal of a deletion is read or refused, whatever stands in the folder of journals; what is read is bounded, and comes back when it
//! is written again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_secure_delete::{JournalRecord, MAX_PASSES, MAX_RENAMES};

fuzz_target!(|bytes: &[u8]| {
    let Ok(record) = JournalRecord::parse(bytes) else { return };
    assert!(record.policy().passes().len() <= MAX_PASSES && MAX_RENAMES > 0);
    assert!(record.path().as_os_str().len() <= 4096);
    assert!(JournalRecord::parse(&record.to_bytes()).is_ok_and(|again| again == record));
});
