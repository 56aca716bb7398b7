use super::*;
use crate::Span;
use proptest::prelude::*;

fn folded(text: &str) -> String {
    fold(text).as_str().to_owned()
}

#[test]
fn what_looks_alike_folds_alike() {
    for disguised in [
        "IGNORE ALL",
        "ＩＧＮＯＲＥ　ＡＬＬ",
        "i\u{200b}g\u{200d}n\u{2060}o\u{feff}re a\u{ad}ll",
        "\u{202e}ignore\u{202c} \u{2066}all\u{2069}",
        "і\u{261}nоrе аll",
        "ΙGΝΟRΕ ΑLL",
        "𝐢𝐠𝐧𝐨𝐫𝐞 𝒶𝓁𝓁",
        "𝕚𝕘𝕟𝕠𝕣𝕖 𝔞𝔩𝔩",
        "ⓘⓖⓝⓞⓡⓔ ⒶⓁⓁ",
        "🄸🄶🄽🄾🅁🄴 🅰🅻🅻",
        "🅘🅖🅝🅞🅡🅔 🅐🅛🅛",
        "ɪɢɴᴏʀᴇ ᴀʟʟ",
        "ⁱᵍⁿᵒʳᵉ ᵃˡˡ",
        "ígñóřê äłł",
        "i\u{301}g\u{300}\u{489}n\u{336}o\u{337}re a\u{20dd}ll",
        "ignore\r\n\t all",
        "ignore\u{2003}\u{3000}\u{a0}all",
        "ignore\u{2028}all",
        "ign’ore all",
        "ignore_-—all",
    ] {
        assert_eq!(folded(disguised), "ignore all", "{disguised}");
    }
    let tags: String =
        "ignore all".bytes().filter_map(|byte| char::from_u32(0xe0000 + u32::from(byte))).collect();
    assert_eq!(folded(&tags), "ignore all");
}

#[test]
fn both_cases_of_a_cyrillic_letter_fold_alike() {
    for (upper, lower) in ('А'..='Я').zip('а'..='я') {
        assert_eq!(folded(&upper.to_string()), folded(&lower.to_string()), "{upper}{lower}");
    }
}

/// Everyday words, and some of what policies look for.
const COMMON: &str = "the and for are but not you all can her was one our out day get has him his how man new now old see two way who boy \
    did its let put say she too use that with have this will your from they know want been good much some time very when come here just \
    like long make many more only over such take than them well were dose drug pill mode help rules pain kill harm code card";

#[test]
fn confusion_a_sentence_in_another_script_is_not_english() {
    for text in [
        "Я принимаю лекарства уже три года, и мне становится лучше.",
        "Врач сказал, что это не опасно, но нужно подождать.",
        "Πήρα το φάρμακο χθες και σήμερα είμαι καλύτερα.",
        "Ο γιατρός είπε ότι δεν είναι επικίνδυνο.",
        "私は昨日薬を飲みました。今日は元気です。",
        "أخذت الدواء أمس وأشعر بتحسن اليوم",
    ] {
        let folded = folded(text);
        let mut english = COMMON.split(' ').filter(|word| folded.split(' ').any(|folded| folded == *word));
        assert_eq!(english.next(), None, "{folded}");
    }
}

#[test]
fn enumeration_every_character_folds_to_what_folds_to_itself() {
    for c in '\0'..=char::MAX {
        let once = folded(c.encode_utf8(&mut [0; 4]));
        assert_eq!(folded(&once), once, "{c:?}");
    }
}

#[test]
fn a_plain_text_is_borrowed() {
    let text = "nothing to fold";
    assert_eq!(fold(text).as_str().as_ptr(), text.as_ptr());
}

#[test]
fn offsets_lead_back_to_the_characters() {
    let text = "x ﬃ\u{200b} é";
    let folded = fold(text);
    assert_eq!(folded.as_str(), "x ffi e");
    assert_eq!(&text[folded.source(3..4).range()], "ﬃ");
    assert_eq!(&text[folded.source(6..7).range()], "é");
    assert_eq!(folded.source(7..9), Span::new(text.len() - 2, text.len() - 2));
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing(text in any::<String>()) {
        let once = folded(&text);
        prop_assert_eq!(folded(&once), once);
    }

    #[test]
    fn truncation_offsets_are_monotone_and_on_boundaries(text in "(\\PC|[ -~\u{300}\u{200b}ﬃе\n])*") {
        let folded = fold(&text);
        let mut before = Span::new(0, 0);
        for at in 0..folded.as_str().len() {
            let span = folded.source(at..at + 1);
            prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
            prop_assert!(span.start >= before.start && span.end > span.start);
            let c = text[span.range()].chars().next().unwrap();
            let bytes = Table::get().bytes(c);
            prop_assert!(bytes.as_slice().contains(&folded.as_str().as_bytes()[at]));
            before = span;
        }
    }
}
