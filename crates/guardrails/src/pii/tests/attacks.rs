use super::{found, found_by};
use crate::pii::Pii;
use crate::resolve;
use proptest::prelude::*;

#[test]
fn evasion_disguised_digits_are_read() {
    assert_eq!(
        found("４１１１ １１１１ １１１１ １１１１"),
        [("card", "４１１１ １１１１ １１１１ １１１１")]
    );
    assert_eq!(found("41\u{200b}1111\u{200d}1111111111"), [("card", "41\u{200b}1111\u{200d}1111111111")]);
    assert_eq!(found("٠٦١٢٣٤٥٦٧٨"), [("phone", "٠٦١٢٣٤٥٦٧٨")]);
    assert_eq!(found("jo\u{200b}＠example．org"), [("email", "jo\u{200b}＠example．org")]);
    assert_eq!(found("536\u{2011}90\u{2011}4399"), [("ssn", "536\u{2011}90\u{2011}4399")]);
}

#[test]
fn evasion_after_an_escaped_line_end_and_behind_a_colour() {
    for inside in
        ["4111111111111111", "078-05-1120", "192.168.0.1", "DE89370400440532013000", "jo@example.org"]
    {
        for (before, after) in [
            ("x\\n", "\\n"),
            ("\\t", "\\r\\n"),
            ("x\x1b[31m", "\x1b[0m"),
            ("x\u{9b}1m", "\u{7}"),
            ("x\\\\n", "\""),
        ] {
            let text = format!("{{\"t\":\"{before}{inside}{after}\"}}");
            let found = found(&text);
            // Letters before a colour may be of the name.
            assert!(found.iter().any(|(_, place)| place.ends_with(inside)), "{text:?}: {found:?}");
            assert_eq!(found.len(), 1, "{text:?}: {found:?}");
        }
    }
    for text in ["%204111111111111111", "a%3D192.168.0.1", "\\u003d078-05-1120"] {
        assert_eq!(found(text).len(), 1, "{text}");
    }
    assert_eq!(found("jo\\u0040example.org"), [("email", "jo\\u0040example.org")]);
    assert_eq!(found("https:\\/\\/evil.example\\/x"), [("url", "https:\\/\\/evil.example\\/x")]);
}

#[test]
fn evasion_what_nobody_sees_inside_a_number_or_before_it() {
    for c in
        "\u{3164}\u{ffa0}\u{17b4}\u{180b}\u{2800}\u{fff9}\u{fffc}\u{20e3}\u{301}\0\u{7}\u{8}\u{7f}\u{b}\u{9c}"
            .chars()
    {
        let inside = format!("4111{c}1111{c}1111{c}1111");
        assert_eq!(found(&inside), [("card", inside.as_str())], "{c:?}");
        let address = format!("jo{c}hn@example.org");
        assert_eq!(found(&address), [("email", address.as_str())], "{c:?}");
    }
    assert_eq!(found("ab\u{200b}4111111111111111"), [("card", "4111111111111111")]);
    assert_eq!(found("jose\u{301}.garcia@example.org"), [("email", "jose\u{301}.garcia@example.org")]);
}

#[test]
fn evasion_line_ends_and_wide_gaps_between_the_groups_of_a_card() {
    for by in ["\n", "\r\n", "  ", "\t", "_"] {
        let card = ["4111", "1111", "1111", "1111"].join(by);
        assert_eq!(found(&format!("a {card}, b")), [("card", card.as_str())], "{by:?}");
        assert_eq!(found(&["4111", "1111", "1111", "1112"].join(by)), [], "{by:?}");
    }
    assert_eq!(found("card_4111111111111111"), [("card", "4111111111111111")]);
}

#[test]
fn confusion_what_is_taken_out_hides_nothing_beside_it() {
    for (text, all) in [
        ("4111111111111111https://user:pw@e.org/x", 2),
        ("078-05-1120+49 30 901820", 2),
        ("078-05-1120https://e.org/x", 2),
        ("2001:db8::8a2e:370:7334https://e.org/x", 2),
        ("192.168.0.1https://e.org/x", 2),
    ] {
        assert_eq!(found(text).len(), all, "{text}: {:?}", found(text));
    }
}

#[test]
fn evasion_numbers_before_a_number_do_not_hide_it() {
    for lead in 0..45 {
        let text = format!("{}4111 1111 1111 1111", "7 ".repeat(lead));
        assert!(
            found(&text)
                .iter()
                .any(|(kind, place)| *kind == "card" && place.ends_with("4111 1111 1111 1111")),
            "{text}"
        );
    }
}

#[test]
fn confusion_kinds_not_asked_for_are_not_found() {
    let text = "jo@example.org 4111111111111111 12345678Z";
    let by = |selectors: &[&str]| found_by(&Pii::new().only(selectors.iter().copied()), text).len();
    assert_eq!(
        (by(&["email"]), by(&["email", "card"]), by(&["national-id"]), by(&["pii"]), by(&["secret"])),
        (1, 2, 1, 3, 0)
    );
}

#[test]
fn evasion_what_one_finding_hid_is_found_beside_it() {
    let values = [
        "4111111111111111",
        "078-05-1120",
        "192.168.0.1",
        "2001:db8::8a2e:370:7334",
        "DE89370400440532013000",
    ];
    for value in values {
        for text in [
            format!("{value}https://e.org/x"),
            format!("\u{1b}[31m{value}\u{1b}[0m"),
            format!("a\\n{value}\\n"),
            format!("{value} jo@example.org, {value}"),
        ] {
            let mut found = Vec::new();
            Pii::new().find(&text, &mut found);
            resolve(&mut found);
            let redacted = crate::vault::redact(&text, &found);
            let mut more = Vec::new();
            Pii::new().find(&redacted, &mut more);
            assert!(more.is_empty() && !redacted.contains(value), "{text:?} {redacted:?} {more:?}");
        }
    }
}

#[test]
fn confusion_a_number_before_an_at_sign_is_a_name() {
    for text in ["ag000000a@0.org", "::0@a.org", "write to 4111111111111111@example.org"] {
        let found = found(text);
        assert!(found.iter().any(|(kind, _)| *kind == "email"), "{text}: {found:?}");
    }
}

#[test]
fn flood_what_stands_behind_a_flood_is_found() {
    for unit in ["1 ", "1-", "1.", "1.1.1.", "a@", "@", "1:", "::", "http://", "12 34 ", "0123456789"] {
        let text = format!("{}\n\njo@example.org, card 4111 1111 1111 1111", unit.repeat(4000));
        let found = found(&text);
        assert!(found.contains(&("email", "jo@example.org")), "{unit}: {:?}", found.last());
        assert!(found.contains(&("card", "4111 1111 1111 1111")), "{unit}: {:?}", found.last());
    }
}

#[test]
fn flood_long_runs_are_read_once() {
    for unit in [
        "1",
        "1 ",
        "1-",
        "a@",
        "@",
        ":",
        "1:",
        "a1",
        "(1)",
        "+1",
        "1.",
        "www.",
        "://",
        "http://",
        "0x",
        "GB82 ",
        "１",
        "a.",
        "12 34 ",
        "1.1.1.",
        "0 ",
        "00 ",
        "123-",
        "1234 ",
        "phone 123456 ",
        "::.",
        "01:",
        "01-",
        "4111 1111 1111 1112 ",
        "https://a:b@",
        "a@a.",
        ".@",
    ] {
        let text = unit.repeat(20_000 / unit.len());
        let mut found = Vec::new();
        Pii::new().find(&text, &mut found);
        resolve(&mut found);
        assert!(found.iter().all(|one| text.get(one.span.range()).is_some()));
    }
}

proptest! {
    #[test]
    fn any_text_gives_spans_of_it(text in "(?s).{0,80}") {
        let mut found = Vec::new();
        Pii::new().find(&text, &mut found);
        for one in found {
            prop_assert!(!one.span.is_empty() && text.get(one.span.range()).is_some());
        }
    }

    #[test]
    fn any_mixture_of_what_matters_gives_spans_of_it(
        text in "([0-9]{1,5}|[-+ ./:@()x#,]|www|http://|GB82|bc1|é|\u{200b}|[0-9]|ext|ssn|phone ){0,24}",
    ) {
        let mut found = Vec::new();
        Pii::new().find(&text, &mut found);
        for one in found {
            prop_assert!(!one.span.is_empty() && text.get(one.span.range()).is_some());
        }
    }

    #[test]
    fn nothing_of_a_mail_address_is_left_in_any_sentence(
        local in "[a-z0-9]{1,10}(\\.[a-z0-9]{1,8})?",
        domain in "[a-z0-9]{1,10}\\.(org|com|co\\.uk)",
        before in "([a-z]{0,5}[ ,(:<\"]){0,3}",
        after in "([ ,)>\"?!;]|\\. )?[a-z]{0,0}",
    ) {
        let text = format!("{before}{local}@{domain}{after}");
        let address = format!("{local}@{domain}");
        let mut found = Vec::new();
        Pii::new().find(&text, &mut found);
        // What stands before a dot of its name may be a number of its own kind.
        for (at, byte) in text.bytes().enumerate().skip(before.len()).take(address.len()) {
            let covered = found.iter().any(|one| one.span.range().contains(&at));
            prop_assert!(covered || !byte.is_ascii_alphanumeric(), "{} at {}", text, at);
        }
    }
}
