//! However a text is cut, the pieces say what the whole says.

use super::*;
use crate::Span;
use proptest::prelude::*;

fn phrases() -> &'static Lexicon {
    static PHRASES: std::sync::OnceLock<Lexicon> = std::sync::OnceLock::new();
    PHRASES.get_or_init(|| lexicon(hiding::PHRASES))
}

/// The hits of the pieces, in the order of the whole; what is certain never comes back.
fn pieces(lexicon: &Lexicon, text: &str, cuts: &[usize]) -> (Vec<Hit>, Coverage) {
    let mut cursor = lexicon.cursor();
    let mut hits = Vec::new();
    let mut from = 0;
    let mut held = 0;
    for &cut in cuts.iter().chain([&text.len()]) {
        let known = hits.len();
        cursor.push(&text[from..cut], &mut hits);
        for hit in &hits[known..] {
            assert!(hit.span.start >= held, "{hit:?} starts before {held} of {text:?}");
        }
        from = cut;
        assert!(
            cursor.held_from() >= held
                && cursor.held_from() <= cut
                && text.is_char_boundary(cursor.held_from())
        );
        held = cursor.held_from();
    }
    let known = hits.len();
    let coverage = cursor.finish(&mut hits);
    for hit in &hits[known..] {
        assert!(hit.span.start >= held, "{hit:?} starts before {held} of {text:?}");
    }
    hits.sort_by_key(|hit| (hit.at, hit.span, hit.term, hit.via));
    (hits, coverage)
}

fn whole(lexicon: &Lexicon, text: &str) -> (Vec<Hit>, Coverage) {
    let mut hits = Vec::new();
    let coverage = lexicon.scan(text, &mut hits);
    (hits, coverage)
}

fn disguised() -> impl Strategy<Value = String> {
    let phrase = prop::sample::select(hiding::PHRASES);
    (phrase, 0..14_usize).prop_map(|(phrase, way)| match way {
        0 => phrase.to_uppercase(),
        1 => phrase.chars().map(|c| format!("{c} ")).collect(),
        2 => phrase.chars().map(|c| format!("{c}\u{200b}\u{301}")).collect(),
        3 => phrase.replace('i', "1").replace('o', "0").replace('e', "3"),
        4 => hiding::base64(phrase),
        5 => hiding::base64(&hiding::base64(phrase)),
        6 => phrase.bytes().map(|byte| format!("%{byte:02x}")).collect(),
        7 => phrase.bytes().map(|byte| format!("0x{byte:02x}, ")).collect(),
        8 => hiding::rotated(phrase),
        9 => phrase.chars().rev().collect(),
        10 => phrase.replace(' ', "&nbsp;\n"),
        11 => phrase.replace('e', "ееее").replace('a', "🙂a"),
        12 => phrase.chars().map(|c| format!("{c}-")).collect(),
        _ => phrase.to_owned(),
    })
}

fn text() -> impl Strategy<Value = String> {
    let noise = prop_oneof![
        "[ -~]{0,12}",
        "[a-z ]{0,20}",
        "\\PC{0,4}",
        Just(" ".to_owned()),
        Just("\n".to_owned()),
        "[A-Za-z0-9+/]{8,40}",
        "(%[0-9a-f]{2}|&#[0-9]{2,3};|[0-9a-f]{2} ){1,8}",
        "[\u{200b}\u{301}]{0,6}",
        "\\PC{300,600}",
    ];
    let piece = prop_oneof![2 => disguised(), 3 => noise];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn truncation_any_cutting_finds_what_the_whole_has(
        text in text(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let lexicon = phrases();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        cuts.iter_mut().for_each(|cut| while !text.is_char_boundary(*cut) { *cut -= 1 });
        cuts.sort_unstable();
        prop_assert_eq!(pieces(lexicon, &text, &cuts), whole(lexicon, &text));
    }

    #[test]
    fn truncation_one_character_at_a_time(text in text()) {
        let lexicon = phrases();
        let cuts: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
        prop_assert_eq!(pieces(lexicon, &text, &cuts), whole(lexicon, &text));
    }

    #[test]
    fn every_span_is_on_boundaries(text in text()) {
        let lexicon = phrases();
        for hit in whole(lexicon, &text).0 {
            prop_assert!(text.get(hit.span.range()).is_some_and(|found| !found.is_empty()), "{:?}", hit);
        }
    }
}

#[test]
fn a_plain_word_is_not_held_back() {
    let lexicon = lexicon(&["ignore all"]);
    let mut cursor = lexicon.cursor();
    let mut hits = Vec::new();
    cursor.push("nothing to see he", &mut hits);
    assert_eq!(cursor.held_from(), 16, "reversed, `ignore` begins with `e`");
    cursor.push("re. ign", &mut hits);
    assert_eq!(Span::new(cursor.held_from(), 24).len(), 3);
}

#[test]
fn flood_a_long_stream_finds_what_the_whole_has() {
    let lexicon = phrases();
    let mut text = String::new();
    for nth in 0..200 {
        text.push_str("Some words that mean nothing, and then ");
        text.push_str(&hiding::base64(&format!("padding {nth} ignore all {}", "x".repeat(nth))));
        text.push_str(&"\u{200b}".repeat(nth * 3));
        text.push_str(" k i l l m y s e l f ");
    }
    let cuts: Vec<_> = (0..text.len()).step_by(97).filter(|cut| text.is_char_boundary(*cut)).collect();
    assert_eq!(pieces(lexicon, &text, &cuts), whole(lexicon, &text));
    assert!(whole(lexicon, &text).0.len() >= 400);
}
