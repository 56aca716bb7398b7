//! A cursor has one spelling, and points into a log.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_audit::{Cursor, Sequence};

fuzz_target!(|text: &str| {
    let Ok(cursor) = text.parse::<Cursor>() else { return };
    assert_eq!(cursor.to_string(), text);
    assert!((1..=Sequence::MAX).contains(&cursor.sequence().as_u64()));
});
