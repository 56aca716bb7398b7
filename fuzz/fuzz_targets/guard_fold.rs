//! A fold folds to itself, and each of its bytes comes from whole characters of the text, in their order.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_guardrails::fold;

fuzz_target!(|text: &str| {
    let folded = fold(text);
    assert_eq!(fold(folded.as_str()).as_str(), folded.as_str());
    let mut before = 0;
    for at in 0..folded.as_str().len() {
        let span = folded.source(at..at + 1);
        assert!(text.get(span.range()).is_some_and(|found| !found.is_empty()));
        assert!(span.start >= before);
        before = span.start;
    }
    let len = folded.as_str().len();
    assert!(text.get(folded.source(0..len).range()).is_some());
    assert!(folded.source(len..len + 1).is_empty());
});
