use super::*;

#[test]
fn confusion_a_term_with_nothing_to_look_for_is_refused() {
    for text in ["", " ", "--", "\u{200b}", "'", "!?"] {
        let refused = Lexicon::new(&[term(text)]);
        assert!(matches!(refused, Err(LexiconError::Empty(_))), "{text:?}");
    }
    assert!(matches!(Lexicon::new(&[term(&"a".repeat(257))]), Err(LexiconError::TooLong(_))));
    assert!(Lexicon::new(&[term(&"a".repeat(256))]).is_ok());
    assert!(Lexicon::new(&[]).is_ok());
}

#[test]
fn boundaries_are_those_of_words() {
    for (wanted, text, hits) in [
        ("mg", "5 mg, 5mg, mgs, omg; MG", 2),
        ("suici*", "suicide, suicidal, unsuicidal", 2),
        ("*cillin", "amoxicillin penicillin penicillins", 2),
        ("*ludge*", "bludgeon sludge ludge", 3),
        ("all", "all-round _all_ all's “all” tall", 4),
        ("aspirin", "aspirin\u{301}s aspirin\u{301} aspirin\u{200b}x", 1),
        ("доза", "Доза дозатор передоза ДОЗА", 2),
        ("don't", "don't dont don’t DON`T", 3),
        ("c++", "c++ and C++.", 2),
        ("how  much", "how\n\nmuch how-much HOW MUCH howmuch", 3),
    ] {
        assert_eq!(found(&lexicon(&[wanted]), text).len(), hits, "{wanted} in {text}");
    }
}

#[test]
fn overlapping_terms_are_all_found() {
    let lexicon = lexicon(&["how much", "much aspirin", "aspirin", "how much aspirin", "*spirin"]);
    let hits = scan(&lexicon, "how much aspirin");
    assert_eq!(hits.len(), 5, "{hits:?}");
    assert!(hits.is_sorted_by_key(|hit| hit.at));
}

#[test]
fn distance_is_counted_in_folded_bytes() {
    let lexicon = lexicon(&["aspirin", "dose"]);
    let text = format!("aspirin{}dose é", " \n\u{200b}".repeat(100));
    let hits = scan(&lexicon, &text);
    let folded = crate::fold(&text);
    for hit in &hits {
        let end = hit.at as usize;
        assert_eq!(folded.source(end - 1..end).end, hit.span.end);
    }
    assert_eq!(hits[1].at - hits[0].at, 5);
}

#[test]
fn confusion_letters_that_spell_a_term_by_chance_are_no_disguise() {
    for (wanted, text) in [
        ("therapist", "He is the rapist in the novel."),
        ("ignore all", "I saw a sign. Ore, all of it, was gone; design ore all day"),
        ("overdose", "Turn it over dose by dose"),
        ("should i take", "They should. I take the bus. He should, I take it"),
        ("pretend to be", "Pretend. To be or not to be"),
        ("credit card", "credit, card"),
        ("loose it", "lose it"),
        ("a pill", "April 1st: ap 1 ll"),
    ] {
        assert_eq!(found(&lexicon(&[wanted]), text), [], "{wanted} in {text}");
    }
}

#[test]
fn what_is_written_plainly_is_found_once() {
    let lexicon = lexicon(hiding::PHRASES);
    for (number, phrase) in (0..).zip(hiding::PHRASES) {
        assert_eq!(found(&lexicon, phrase), [(number, Via::Plain, *phrase)]);
        let encoded = hiding::base64(phrase);
        let [(term, Via::Decoded, span)] = found(&lexicon, &encoded)[..] else { panic!("{phrase}") };
        assert_eq!(term, number);
        assert!(
            encoded.trim_end_matches('=').ends_with(span.trim_end_matches('=')) && encoded.starts_with(span)
        );
    }
}
