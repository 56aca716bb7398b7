use super::*;
use proptest::prelude::*;

fn key() -> String {
    prefix().draw(&SystemEntropy).unwrap().key.expose().clone()
}

#[test]
fn a_key_has_the_form_that_the_documentation_gives() {
    let key = key();
    let parts: Vec<_> = key.split('_').collect();
    assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [4, 16, 32, 6]);
    assert_eq!(parts[0], "acme");
    assert!(parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_alphanumeric())));
    assert!(prefix().recognise(&key).is_ok());
}

#[test]
fn truncation_and_every_change_of_one_character_are_found_offline() {
    let key = key();
    for cut in 0..key.len() {
        assert_eq!(prefix().recognise(&key[..cut]), Err(NotApiKey::Form), "{cut}");
    }
    for at in 0..key.len() {
        for other in [b'_', b'A', b'z', b'0', b' ', b'\n'] {
            let mut changed = key.clone().into_bytes();
            if changed[at] == other {
                continue;
            }
            changed[at] = other;
            assert!(prefix().recognise(std::str::from_utf8(&changed).unwrap()).is_err(), "{at}");
        }
    }
    assert!(prefix().recognise(&format!("{key} ")).is_err());
}

#[test]
fn confusion_the_key_of_another_service_is_none_of_ours() {
    for other in ["acm", "acmee", "bcme", "ac"] {
        let key = ApiKeyPrefix::new(other).unwrap().draw(&SystemEntropy).unwrap().key;
        assert!(!prefix().claims(key.expose()));
        assert_eq!(prefix().recognise(key.expose()), Err(NotApiKey::Form));
    }
}

#[test]
fn confusion_a_prefix_that_other_tokens_have_is_refused() {
    for bad in ["", "a", "1a", "Acme", "ac_me", "ac-me", "acmé", "mfa1", "ot1", "rt1", &"a".repeat(17)] {
        assert_eq!(ApiKeyPrefix::new(bad), Err(InvalidPrefix), "{bad}");
        assert!(serde_json::from_value::<ApiKeyPrefix>(bad.into()).is_err(), "{bad}");
    }
    for good in ["ab", "stk", "acme2", "eyj", &"a".repeat(16)] {
        assert!(ApiKeyPrefix::new(good).is_ok(), "{good}");
    }
}

#[test]
fn asvs_v6_5_3_two_keys_have_nothing_in_common() {
    let (one, two) = (key(), key());
    for part in 1..4 {
        assert_ne!(one.split('_').nth(part), two.split('_').nth(part));
    }
}

#[test]
fn settings_without_sense_are_refused() {
    let config = || ApiKeyConfig::new(prefix());
    assert_eq!(config().validate(), Ok(()));
    for (config, error) in [
        (config().with_max_per_owner(0), ApiKeyConfigError::Cap),
        (config().with_max_per_owner(1001), ApiKeyConfigError::Cap),
        (config().with_max_lifetime(Duration::from_secs(59)), ApiKeyConfigError::Lifetime),
        (config().with_max_lifetime(Duration::MAX), ApiKeyConfigError::Lifetime),
        (config().with_max_staleness(Duration::from_secs(61)), ApiKeyConfigError::Staleness),
    ] {
        assert_eq!(config.validate(), Err(error));
    }
    let read = |json| serde_json::from_str::<ApiKeyConfig>(json);
    assert_eq!(read(r#"{"prefix":"acme"}"#).unwrap(), config());
    assert!(read("{}").is_err() && read(r#"{"prefix":"acme","max_lifetime":5}"#).is_err());
}

proptest! {
    #[test]
    fn no_text_panics_and_what_is_recognised_has_the_form(
        text in "(acme_)?[0-9A-Za-z_]{0,70}|acme_[0-9A-Za-z]{16}_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}|\\PC{0,70}",
    ) {
        if let Ok(id) = prefix().recognise(&text) {
            prop_assert_eq!(text.len(), 61);
            prop_assert_eq!(&text[5..21], id.as_str());
        }
    }

    #[test]
    fn whatever_is_drawn_is_recognised(prefix in "[b-d][a-z0-9]{1,15}") {
        let prefix = ApiKeyPrefix::new(&prefix).unwrap();
        let drawn = prefix.draw(&SystemEntropy).unwrap();
        prop_assert!(prefix.claims(drawn.key.expose()));
        prop_assert_eq!(prefix.recognise(drawn.key.expose()), Ok(drawn.id));
    }
}
