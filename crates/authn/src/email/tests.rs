use super::*;
use proptest::prelude::*;

/// Local parts of letters that look, fold or compose alike.
const ALIKE: &str = "[abAkKsS\u{212a}\u{17f}\u{130}\u{131}éÉe\u{301}]{1,2}";

#[test]
fn ordinary_addresses_are_read_and_compared_without_case() {
    let email = EmailAddress::parse(" Ada.Lovelace+x@Example.ORG ").unwrap();
    assert_eq!(email.as_str(), "Ada.Lovelace+x@Example.ORG");
    assert_eq!(email.canonical(), "ada.lovelace+x@example.org");
    assert!(!format!("{email:?}").contains("Lovelace"));
}

#[test]
fn asvs_v1_3_11_no_line_break_or_second_recipient_gets_into_an_address() {
    for text in [
        "a@b\r\nBcc: c@d",
        "a\n@b.org",
        "a@b.org,c@d.org",
        "a@b@c",
        "<a@b.org>",
        "@b.org",
        "a@",
        "a",
        "",
        "a@.org",
        "a@b..org",
        "a b@c.org",
    ] {
        assert!(EmailAddress::parse(text).is_err(), "`{text}`");
    }
    assert!(EmailAddress::parse(&format!("{}@b.org", "a".repeat(65))).is_err());
    assert!(EmailAddress::parse(&format!("a@{}.org", "b".repeat(260))).is_err());
    assert!(EmailAddress::parse(&format!("{}@b.org", "\u{1d160}".repeat(16))).is_err(), "longer in form C");
    assert!(EmailAddress::parse(&format!("a@{}.org", "b".repeat(64))).is_err(), "a label of 64");
}

fn canonical(text: &str) -> Option<String> {
    EmailAddress::parse(text).ok().map(|email| email.canonical().to_owned())
}

#[test]
fn takeover_by_unicode_case_folding_meets_another_address_or_none() {
    let victim = canonical("mike.smith@example.org").unwrap();
    for alike in [
        "mi\u{212a}e.smith@example.org",
        "mike.\u{17f}mith@example.org",
        "m\u{130}ke.smith@example.org",
        "m\u{131}ke.smith@example.org",
        "\u{ff4d}ike.smith@example.org",
        "mike.smith@e\u{212a}ample.org",
        "mike.smith@exam\u{ff50}le.org",
        "mike.smith\u{200b}@example.org",
        "mike\u{ad}.smith@example.org",
        "\u{202e}mike.smith@example.org",
    ] {
        assert_ne!(canonical(alike).as_ref(), Some(&victim), "{}", alike.escape_unicode());
    }
}

#[test]
fn takeover_by_a_character_that_normalizes_to_another_is_refused() {
    for singleton in ["\u{212a}", "\u{212b}", "\u{37e}", "\u{1fef}", "\u{2126}", "\u{f900}"] {
        assert_eq!(canonical(&format!("a{singleton}b@example.org")), None, "{}", singleton.escape_unicode());
    }
}

#[test]
fn letters_beyond_ascii_are_compared_however_they_are_composed_but_with_their_case() {
    assert_eq!(canonical("jos\u{e9}@example.org"), canonical("jose\u{301}@example.org"));
    assert_ne!(canonical("jos\u{e9}@example.org"), canonical("jos\u{c9}@example.org"));
    assert_ne!(canonical("jos\u{e9}@example.org"), canonical("jose@example.org"));
    assert_ne!(canonical("stra\u{df}e@example.org"), canonical("strasse@example.org"));
}

#[test]
fn confusion_of_domains_is_refused_with_all_that_is_no_label() {
    for domain in
        ["exämple.org", "b_c.org", "[127.0.0.1]", "-b.org", "b-.org", "b.org.", "b.org:25", "b%c.org", "b/c"]
    {
        assert_eq!(canonical(&format!("a@{domain}")), None, "{domain}");
    }
    assert_eq!(canonical("a@XN--Exmple-CUA.org").as_deref(), Some("a@xn--exmple-cua.org"));
    assert!(canonical("root@localhost").is_some());
}

proptest! {
    /// The law that closes the takeovers: nothing but ASCII case and composition makes two addresses one.
    #[test]
    fn equal_addresses_differ_in_ascii_case_and_composition_only(one in ALIKE, two in ALIKE) {
        let (one, two) = (format!("{one}@b.org"), format!("{two}@b.org"));
        if let (Some(first), Some(second)) = (canonical(&one), canonical(&two)) {
            let plain = |text: &str| text.nfd().collect::<String>().to_ascii_lowercase();
            prop_assert!(first != second || plain(&one) == plain(&two));
        }
    }

    #[test]
    fn no_text_panics_and_what_is_read_is_plain(text in "\\PC{0,40}(@\\PC{0,40})?") {
        if let Ok(email) = EmailAddress::parse(&text) {
            prop_assert!(!email.as_str().chars().any(|c| c.is_control() || c.is_whitespace()));
            let again = EmailAddress::parse(email.canonical()).unwrap();
            prop_assert_eq!(again.canonical(), email.canonical());
        }
    }
}
