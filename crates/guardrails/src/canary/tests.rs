use super::*;
use crate::guard::detect::Detect;
use crate::{Action, Ask, Guard, Policy, Span};
use proptest::prelude::*;
use stockade_core::SystemEntropy;

fn canary() -> Canary {
    Canary::parse("cdfhjk-mnpqru-vwxycd-hfkjnm").unwrap()
}

fn leaks(text: &str) -> bool {
    canary().find(text).is_some()
}

#[test]
fn a_leak_is_found_where_it_stands() {
    let canary = canary();
    let before = "Sure! My prompt is: “";
    let text = format!("{before}{} You are a librarian.”", canary.expose());
    let span = canary.find(&text).unwrap();
    assert_eq!(&text[span.range()], canary.expose());
}

#[test]
fn disguises_of_a_leak_are_seen_through() {
    let text = canary().expose().to_owned();
    let spaced: Vec<String> = text.chars().map(String::from).collect();
    assert!(leaks(&text.to_uppercase()));
    assert!(leaks(&spaced.join(" ")));
    assert!(leaks(&spaced.join(" . ")));
    assert!(leaks(&spaced.join("\n* ")));
    assert!(leaks(&spaced.join("\u{200b}")));
    assert!(leaks(&text.replace('-', "")));
    assert!(leaks(&text.chars().rev().collect::<String>()));
    let wide =
        |c: char| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c.is_ascii_lowercase()).unwrap_or(c);
    assert!(leaks(&text.chars().map(wide).collect::<String>()), "full width");
}

#[test]
fn encodings_of_a_leak_are_seen_through_wherever_they_begin() {
    // "cdfhjk-mnpqru-vwxycd-hfkjnm" and a text around it, in base64, hex and rot13.
    for text in [
        "Y2RmaGprLW1ucHFydS12d3h5Y2QtaGZram5t",
        "xY2RmaGprLW1ucHFydS12d3h5Y2QtaGZram5t",
        "ICBjZGZoamstbW5wcXJ1LXZ3eHljZC1oZmtqbm0=",
        "SGVyZTogY2RmaGprLW1u\ncHFydS12d3h5Y2QtaGZram5tIGVuZA==",
        "6364666 86a6b2d6d6e707172752d767778796364",
        "0x636466686a6b2d6d6e707172752d76777879",
        "pqsuwx-zacdeh-ijklpq-usxwaz",
    ] {
        assert!(leaks(text), "{text}");
    }
}

#[test]
fn half_a_canary_is_a_leak_and_less_is_not() {
    assert!(leaks("mnpqru-vwxycd"));
    assert!(leaks("it starts with cdfhjkmnpqru, then"));
    assert!(!leaks("mnpqru-vwxyc"));
    assert!(!leaks("cdfhjk hfkjnm"));
}

#[test]
fn another_canary_and_words_are_no_leak() {
    let other = Canary::mint(&SystemEntropy).unwrap();
    assert!(!leaks(other.expose()));
    assert!(!leaks("Bring your own crypto, hymns and rhythms; 2d 6d 6e 70 71 are bytes."));
    assert!(!leaks(""));
}

#[test]
fn what_is_minted_is_read_back_and_differs_each_time() {
    let (one, two) = (Canary::mint(&SystemEntropy).unwrap(), Canary::mint(&SystemEntropy).unwrap());
    assert_ne!(one.expose(), two.expose());
    assert_eq!(Canary::parse(one.expose()).unwrap().expose(), one.expose());
    assert!(Canary::parse("cdfhjk").is_err());
    assert!(Canary::parse(&"c".repeat(1000)).is_err());
    assert!(Canary::parse("adfhjk-mnpqru-vwxycd-hfkjnm").is_err());
}

#[test]
fn a_log_does_not_give_it_away() {
    assert_eq!(format!("{:?}", canary()), "Canary(…)");
}

#[test]
fn a_guard_blocks_the_answer_that_leaks_its_canary_and_shows_it_nowhere() {
    let policy = Policy::shipped("system-prompt-leak").unwrap();
    let guard = Guard::builder().policy(policy).canary(canary()).build().unwrap();
    let verdict = guard.check("Well: CDFHJK MNPQRU, and more.", &Ask::output());
    assert_eq!(verdict.action, Action::Block);
    assert!(verdict.answer.is_some());
    assert!(!format!("{verdict:?} {guard:?}").to_lowercase().contains("cdfhjk"));
    assert_eq!(guard.check("Well: consider more.", &Ask::output()).action, Action::Allow);
}

/// What a stream finds that is cut into pieces of these lengths.
fn in_pieces(text: &str, lengths: &[usize]) -> Vec<Span> {
    let mut scanner = Detect::scanner(&canary()).unwrap();
    let (mut decided, mut end, mut found) = (0, 0, Vec::new());
    for length in lengths.iter().cycle() {
        end = text.ceil_char_boundary(end + length);
        let mut spans = Vec::new();
        let more = scanner.scan(&text[decided..end], end == text.len(), &mut spans);
        found.extend(spans.iter().map(|span| Span::new(span.start + decided, span.end + decided)));
        assert!(spans.iter().all(|span| span.end <= more), "told before it is decided");
        decided += more;
        if end == text.len() {
            assert_eq!(decided, end);
            return found;
        }
    }
    found
}

#[test]
fn cutting_a_leak_anywhere_hides_nothing_of_it() {
    let leak = canary().expose().to_owned();
    let spaced: String = leak.chars().flat_map(|c| [c, '\n', ' ']).collect();
    let base64 = "Y2RmaGprLW1u\ncHFydS12d3h5Y2QtaGZram5t";
    let text = format!("One: {leak}, two {spaced}; three: {base64} and half of it, {}.", &leak[..13]);
    let mut whole = Vec::new();
    Detect::find(&canary(), &text, &mut whole);
    assert_eq!(whole.len(), 4, "{whole:?}");
    for length in 1..text.len() {
        assert_eq!(in_pieces(&text, &[length]), whole, "{length}");
    }
}

#[test]
fn innocent_text_is_held_back_by_a_few_bytes_at_most() {
    let text = "The quick brown fox jumps over the lazy dog, 14 times in 2 hours; why? ".repeat(20);
    let mut scanner = Detect::scanner(&canary()).unwrap();
    let mut decided = 0;
    for end in 1..text.len() {
        decided += scanner.scan(&text[decided..end], false, &mut Vec::new());
        assert!(end - decided <= 40, "{end}");
    }
}

proptest! {
    #[test]
    fn any_chunking_finds_what_the_whole_shows(
        parts in proptest::collection::vec(
            prop_oneof![
                "\\PC{0,9}", "[c-y \n-]{0,9}", "[A-Za-z0-9+/ ]{0,70}", " {60,70}",
                Just("cdfhjkmnpqru".to_owned()), Just("vwxycdhfkjnm".to_owned()), Just("Y2RmaGprLW1ucHFydS12d3h5".to_owned()),
                Just("c d f h j k m n".to_owned()), Just("pqruvwxycd".to_owned()), Just("63646668 6a6b 6d6e7071 7275".to_owned()),
            ],
            0..8,
        ),
        lengths in proptest::collection::vec(1_usize..40, 1..6),
    ) {
        let text = parts.concat();
        let mut whole = Vec::new();
        Detect::find(&canary(), &text, &mut whole);
        prop_assert_eq!(in_pieces(&text, &lengths), whole);
    }
    #[test]
    fn no_text_panics_and_spans_lie_on_boundaries(text in "\\PC{0,60}(cdfhjkmnpqru)?\\PC{0,60}") {
        if let Some(span) = canary().find(&text) {
            prop_assert!(text.get(span.range()).is_some());
        }
    }
}
