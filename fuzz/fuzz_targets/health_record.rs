//! What is told on the channel of findings is read the same when it is told again, and is never another provider's or longer.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_provider_health::{Finding, HealthRecord};

fuzz_target!(|text: &[u8]| {
    let Some(record) = HealthRecord::parse(text) else { return };
    let again = record.to_text();
    assert_eq!(HealthRecord::parse(again.as_bytes()).as_ref(), Some(&record));
    assert!(text.ends_with(record.provider.as_str().as_bytes()), "the name is what was written");
    assert!(again.len() <= text.len(), "nothing but leading zeros is left out");
    if record.finding == Finding::Up {
        assert!(again.contains(" -1 "));
    }
});
