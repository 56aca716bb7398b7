//! A text in pieces has the verdict of the whole, and what is passed on of it is the whole's, redacted, or the beginning of that. The first
//! line gives the lengths of the pieces.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use stockade_guardrails::{Action, Ask, Guard, Policy, StreamStep};

static GUARD: LazyLock<Guard> = LazyLock::new(|| {
    let policies = Policy::shipped_names().filter_map(|name| Policy::shipped(name).ok());
    Guard::builder().policies(policies).build().expect("shipped policies make a guard")
});

fuzz_target!(|input: &str| {
    let (lengths, text) = input.split_once('\n').unwrap_or(("", input));
    for ask in [Ask::input(), Ask::output()] {
        let whole = GUARD.check(text, &ask);
        let redacted = GUARD.redact(text, &whole);
        let (mut stream, mut passed, mut rest) = (GUARD.stream(&ask), String::new(), text);
        let mut lengths = lengths.bytes().cycle();
        while !rest.is_empty() {
            let len = lengths.next().map_or(rest.len(), usize::from).max(1);
            let (piece, after) = rest.split_at(rest.ceil_char_boundary(len));
            match stream.push(piece) {
                StreamStep::Pass(more) | StreamStep::Stop(more, _) => passed.push_str(more),
            }
            rest = after;
        }
        let end = stream.finish();
        passed.push_str(&end.rest);
        assert_eq!(end.verdict, whole);
        match whole.action < Action::Block {
            true => assert_eq!(passed, redacted),
            false => assert!(redacted.starts_with(&passed)),
        }
    }
});
