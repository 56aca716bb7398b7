//! A text in pieces says what the whole says, and nothing that was let go comes back. The first bytes are how long the pieces are.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;
use stockade_guardrails::{Boundary, Lexicon, Term};

fuzz_target!(|input: (&str, Vec<u8>)| {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    let lexicon = LEXICON.get_or_init(|| {
        let term = |text: &str, boundary| Term { text: text.into(), boundary };
        let terms = [
            term("ignore all", Boundary::Word),
            term("all the rules", Boundary::Prefix),
            term("jailbreak", Boundary::Free),
            term("mg", Boundary::Suffix),
        ];
        Lexicon::new(&terms).expect("good terms")
    });
    let (text, sizes) = input;
    let mut whole = Vec::new();
    let coverage = lexicon.scan(text, &mut whole);
    let mut cursor = lexicon.cursor();
    let (mut hits, mut from, mut held) = (Vec::new(), 0, 0);
    for size in sizes {
        let to = text.floor_char_boundary((from + usize::from(size)).min(text.len())).max(from);
        let known = hits.len();
        cursor.push(&text[from..to], &mut hits);
        assert!(hits[known..].iter().all(|hit: &stockade_guardrails::Hit| hit.span.start >= held));
        assert!(cursor.held_from() >= held && cursor.held_from() <= to);
        (from, held) = (to, cursor.held_from());
    }
    cursor.push(&text[from..], &mut hits);
    assert_eq!(cursor.finish(&mut hits), coverage);
    hits.sort_by_key(|hit| (hit.at, hit.span, hit.term, hit.via));
    assert_eq!(hits, whole);
});
