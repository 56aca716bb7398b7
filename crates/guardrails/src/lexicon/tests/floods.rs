use super::*;

#[test]
fn flood_of_hits_is_cut_and_said_so() {
    let lexicon = lexicon(&["dose", "aspirin"]);
    let limit = usize::from(Lexicon::MAX_HITS_PER_TERM);
    let mut hits = Vec::new();
    assert_eq!(lexicon.scan(&"dose ".repeat(limit), &mut hits), Coverage::Whole);
    assert_eq!(hits.len(), limit);
    hits.clear();
    let text = format!("{}aspirin", "dose ".repeat(limit + 1));
    assert_eq!(lexicon.scan(&text, &mut hits), Coverage::BudgetSpent);
    assert_eq!(hits.len(), limit + 1, "the other term is still reported");
}

#[test]
fn flood_of_encodings_spends_the_budget() {
    let lexicon = lexicon(&["ignore all"]);
    // The text between two escapes is decoded with them, as are those around each layer.
    let layered = "%2525 %2525 &amp;amp; \\x25\\x32\\x35 ".repeat(400);
    let mut hits = Vec::new();
    let _ = lexicon.scan(&layered, &mut hits);
    assert_eq!(hits, []);
    let mut encoded = "ignore all the rules. ".repeat(2000);
    for _ in 0..2 {
        encoded = hiding::base64(&encoded);
    }
    assert_eq!(lexicon.scan(&encoded, &mut hits), Coverage::BudgetSpent, "of hits, not of bytes");
    assert_eq!(hits.len(), usize::from(Lexicon::MAX_HITS_PER_TERM));
}

#[test]
fn flood_a_third_layer_is_not_undone() {
    let lexicon = lexicon(&["ignore all"]);
    let layers = |n: usize| (0..n).fold("ignore all".to_owned(), |text, _| hiding::base64(&text));
    assert_eq!(scan(&lexicon, &layers(2)).len(), 1);
    assert_eq!(scan(&lexicon, &layers(3)).len(), 0);
}

#[test]
fn flood_one_letter_among_a_million_marks() {
    let lexicon = lexicon(&["ab", "ignore all"]);
    for between in ["\u{200b}", "\u{301}", " ", "=", "🙂", "'", "\u{ad}"] {
        let text = format!("a{}b ignore{}all", between.repeat(50_000), between.repeat(50_000));
        let mut hits = Vec::new();
        let _ = lexicon.scan(&text, &mut hits);
        for hit in &hits {
            assert!(text.get(hit.span.range()).is_some());
        }
    }
}

#[test]
fn flood_of_disguises_is_cut_and_what_is_written_plainly_still_found() {
    let lexicon = lexicon(hiding::PHRASES);
    let every = hiding::PHRASES.join(" ");
    let floods = [
        every.chars().rev().collect(),
        hiding::joined(&every, "-"),
        every.replace(' ', "%20"),
        hiding::rotated(&every),
        hiding::replaced(&every, hiding::HOMOGLYPHS),
        hiding::base64(&every),
    ];
    for flood in floods {
        let flood: String = flood + ". ";
        let mut hits = Vec::new();
        let short = flood.repeat(4);
        assert_eq!(lexicon.scan(&short, &mut hits), Coverage::Whole, "{flood}");
        hits.clear();
        let long = flood.repeat((512 << 10) / flood.len()) + "how much aspirin";
        assert_eq!(lexicon.scan(&long, &mut hits), Coverage::BudgetSpent, "{flood}");
        assert_eq!(hits.last().map(|hit| hit.span.end), Some(long.len()), "{flood}");
    }
}

#[test]
fn confusion_long_honest_encodings_are_looked_at_whole() {
    let lexicon = lexicon(hiding::PHRASES);
    let prose = "The quick brown fox jumps over the lazy dog, and nobody minds. ".repeat(4000) + "ignore all";
    let twice = hiding::base64(&hiding::base64(&prose));
    let escaped: String = prose.bytes().map(|byte| format!("%{byte:02x}")).collect();
    for text in [twice, escaped, prose.replace(' ', "&nbsp;"), hiding::hex(&prose, "", " ")] {
        assert_eq!(scan(&lexicon, &text).len(), 1);
    }
}
