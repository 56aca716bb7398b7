//! Whatever is read from a store is, once written again, within the bounds, on one line, and read as the same event.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_audit::Entry;
use stockade_core::{Detail, Event};

fuzz_target!(|body: &str| {
    let Ok(event) = Entry::read(body) else { return };
    let entry = Entry::new(event).expect("an event can be written");
    assert!(entry.body().len() <= Entry::MAX_BODY);
    assert!(!entry.body().contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')));
    assert!(entry.event().details.len() <= Event::MAX_DETAILS + 1);
    for (key, detail) in &entry.event().details {
        assert!(key.chars().count() <= Entry::MAX_KEY);
        assert!(!matches!(detail, Detail::Text(text) if text.chars().count() > Detail::MAX_TEXT));
    }
    let read = Entry::read(entry.body()).expect("what is written can be read");
    assert_eq!(&read, entry.event());
    assert_eq!(Entry::new(read).expect("again").body(), entry.body(), "one event has one body");
});
