//! `Retry-After` is a number exactly where it is digits; a date means the same moment whenever it is read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::time::Duration;
use stockade_core::UnixMillis;
use stockade_provider_health::retry_after;

/// Two moments of one day, so that no century turns between them.
const EARLY: UnixMillis = UnixMillis::from_secs(1_800_000_000);
const LATE: UnixMillis = UnixMillis::from_secs(1_800_040_000);

fuzz_target!(|text: &str| {
    let (early, late) = (retry_after(text, EARLY), retry_after(text, LATE));
    let plain = text.trim_matches([' ', '\t']);
    let digits = !plain.is_empty() && plain.chars().all(|c| c.is_ascii_digit());
    if text.len() > 64 {
        assert_eq!(early, None);
    } else if digits {
        let seconds = plain.parse().unwrap_or(u64::MAX);
        assert_eq!((early, late), (Some(Duration::from_secs(seconds)), Some(Duration::from_secs(seconds))));
    } else if let Some(wait) = early {
        assert!(plain.is_ascii() && plain.len() >= 24, "a date is at least as long as asctime's");
        assert_eq!(wait.subsec_nanos(), 0, "dates are whole seconds");
        assert_eq!(late, Some(wait.saturating_sub(LATE.since(EARLY))));
    } else {
        assert_eq!(late, None);
    }
});
