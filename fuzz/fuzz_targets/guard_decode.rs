//! Whatever a text encodes, what is found stands in it on character boundaries, no term is reported more often than is said, and
//! a text scanned again says the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;
use stockade_guardrails::{Boundary, Lexicon, Term};

const TERMS: &[(&str, Boundary)] = &[
    ("ignore all", Boundary::Word),
    ("reveal your system prompt", Boundary::Word),
    ("jailbreak", Boundary::Free),
    ("kill myself", Boundary::Prefix),
    ("доза", Boundary::Word),
    ("mg", Boundary::Suffix),
];

fuzz_target!(|text: &str| {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    let lexicon = LEXICON.get_or_init(|| {
        let terms: Vec<_> =
            TERMS.iter().map(|&(text, boundary)| Term { text: text.into(), boundary }).collect();
        Lexicon::new(&terms).expect("good terms")
    });
    let mut hits = Vec::new();
    let coverage = lexicon.scan(text, &mut hits);
    assert!(hits.len() <= 2 * TERMS.len() * usize::from(Lexicon::MAX_HITS_PER_TERM));
    for hit in &hits {
        assert!(text.get(hit.span.range()).is_some_and(|found| !found.is_empty()));
    }
    let mut again = Vec::new();
    assert_eq!(lexicon.scan(text, &mut again), coverage);
    assert_eq!(again, hits);
});
