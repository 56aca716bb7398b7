use super::*;
use crate::file::{MAX_STANZAS, X25519Identity, X25519Recipient};
use proptest::prelude::*;
use std::error::Error;
use stockade_testkit::SeededEntropy;

fn identity(seed: u64) -> X25519Identity {
    X25519Identity::generate(&SeededEntropy::new(seed)).unwrap()
}

#[test]
fn files_as_age_keygen_writes_them_are_read() {
    let one = identity(1);
    let text = format!(
        "# created: 2026-11-22T06:00:00Z\n# public key: {}\n{}\n\n\r\n# another\r\n{}\r\n",
        one.recipient(),
        one.expose_text().expose(),
        identity(2).expose_text().expose()
    );
    let read: Vec<_> =
        read_identities(text.as_bytes()).unwrap().iter().map(X25519Identity::recipient).collect();
    assert_eq!(read, [one.recipient(), identity(2).recipient()]);
    let recipients = format!("# a\n{}\n\n{}", one.recipient(), identity(2).recipient());
    assert_eq!(read_recipients(recipients.as_bytes()).unwrap(), read);
}

#[test]
fn a_broken_line_is_named_and_not_shown() {
    let secret = identity(1).expose_text();
    let text = format!("# mine\n\n {}\n", secret.expose());
    let error = read_identities(text.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "line 3");
    assert_eq!(error.source().unwrap().to_string(), "not an age x25519 identity");
    assert!(!format!("{error:?}").contains("AGE-SECRET"));
}

#[test]
fn other_types_of_key_are_told_apart() {
    for text in ["ssh-ed25519 AAAA", "age1pq1x34nzsvr", "age1yubikey1qw", "age1tag1qt8l"] {
        assert!(matches!(text.parse::<X25519Recipient>(), Err(KeyTextError::Unsupported)), "{text}");
    }
    for text in ["AGE-SECRET-KEY-PQ-1XX76J", "AGE-PLUGIN-YUBIKEY-1Q"] {
        assert!(matches!(text.parse::<X25519Identity>(), Err(KeyTextError::Unsupported)), "{text}");
    }
    for file in [&b"age-encryption.org/v1\n-> scrypt"[..], b"-----BEGIN AGE ENCRYPTED FILE-----\n"] {
        assert!(matches!(read_identities(file), Err(KeyTextError::Encrypted)));
    }
}

#[test]
fn flood_of_bytes_or_keys_is_refused() {
    assert!(matches!(read_recipients(std::io::repeat(b'#')), Err(KeyTextError::TooLong)));
    let line = format!("{}\n", identity(1).recipient());
    assert_eq!(read_recipients(line.repeat(MAX_STANZAS).as_bytes()).unwrap().len(), MAX_STANZAS);
    assert!(matches!(read_recipients(line.repeat(MAX_STANZAS + 1).as_bytes()), Err(KeyTextError::TooLong)));
    let line = format!("{}\n", identity(1).expose_text().expose());
    assert!(matches!(
        read_identities(line.repeat(MAX_IDENTITIES + 1).as_bytes()),
        Err(KeyTextError::TooLong)
    ));
}

#[test]
fn a_file_without_keys_or_not_of_text_is_refused() {
    assert!(matches!(read_recipients(&b""[..]), Err(KeyTextError::NoKeys)));
    assert!(matches!(read_identities(&b"# nothing\n"[..]), Err(KeyTextError::NoKeys)));
    assert!(matches!(read_recipients(&b"\xff\xfe"[..]), Err(KeyTextError::Io(_))));
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_recipients(&bytes[..]);
        let _ = read_identities(&bytes[..]);
    }

    #[test]
    fn every_key_has_one_spelling(text in "age1[02-9ac-hj-np-z]{58}|AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}", seed: u64) {
        prop_assert!(text.parse::<X25519Recipient>().is_err() && text.parse::<X25519Identity>().is_err());
        let key = identity(seed);
        prop_assert_eq!(key.recipient().to_string().parse::<X25519Recipient>().unwrap(), key.recipient());
        let back: X25519Identity = key.expose_text().expose().parse().unwrap();
        prop_assert_eq!(back.recipient(), key.recipient());
    }
}
