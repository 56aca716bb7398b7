mod chance;
mod cutting;
mod disguises;
mod encodings;
mod floods;
mod hiding;
mod terms;

use super::*;

fn lexicon(terms: &[&str]) -> Lexicon {
    let terms: Vec<_> = terms.iter().map(|text| term(text)).collect();
    Lexicon::new(&terms).unwrap()
}

fn term(text: &str) -> Term {
    let boundary = match (text.starts_with('*'), text.ends_with('*')) {
        (false, false) => Boundary::Word,
        (false, true) => Boundary::Prefix,
        (true, false) => Boundary::Suffix,
        (true, true) => Boundary::Free,
    };
    Term { text: text.trim_matches('*').into(), boundary }
}

fn scan(lexicon: &Lexicon, text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let coverage = lexicon.scan(text, &mut hits);
    assert_eq!(coverage, Coverage::Whole, "{text}");
    hits
}

/// What is found, how, and the text that it stands in.
fn found<'t>(lexicon: &Lexicon, text: &'t str) -> Vec<(u32, Via, &'t str)> {
    scan(lexicon, text).iter().map(|hit| (hit.term.0, hit.via, &text[hit.span.range()])).collect()
}
