//! Attacks on the text of a stored ring.

use super::*;
use crate::kdf::KdfError;
use crate::ring::KeyState;
use crate::ring::tests::{Mirror, clock, lived, mirror, secrets};
use base64ct::{Base64, Encoding};
use std::time::{Duration, Instant};
use stockade_testkit::{NoEntropy, SeededEntropy};

fn sealed(ring: &KeyRing) -> SealedRing {
    SealedRing::seal(ring, &mirror(), &SeededEntropy::new(77)).unwrap()
}

fn password(text: &str) -> Unlock {
    let least = PasswordKdf::Argon2id { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    Unlock::Passphrase(Secret::new(text.to_owned()), least)
}

/// Opens a text that should not: the first thing that is wrong with it.
fn refusal(text: &str) -> Option<SealedRingError> {
    SealedRing::parse(text.as_bytes()).and_then(|ring| ring.open(&mirror())).err()
}

#[test]
fn what_was_sealed_opens_with_every_key_and_tombstone() {
    let ring = lived(1);
    let text = sealed(&ring).to_text();
    let read = SealedRing::parse(text.as_bytes()).unwrap();
    assert_eq!((read.to_text(), read.generation(), read.lock()), (text, 1, "test:mirror".to_owned()));
    assert!(read.keys().eq(ring.keys()));
    let opened = read.open(&mirror()).unwrap();
    assert!(opened.commitments().eq(ring.commitments()));
    assert_eq!(secrets(&opened), secrets(&ring));
}

/// A file that was written once opens for ever: this one is of the first release.
#[test]
fn the_format_of_version_1_is_frozen() {
    let stored = include_str!("version_1.toml");
    let opened = SealedRing::parse(stored.as_bytes()).unwrap().open(&mirror()).unwrap();
    let ring = lived(1);
    assert!(opened.commitments().eq(ring.commitments()));
    assert_eq!(secrets(&opened), secrets(&ring));
    assert_eq!(sealed(&ring).to_text(), stored);
}

#[test]
fn asvs_v11_3_3_bit_flip_anywhere_is_refused() {
    let text = sealed(&lived(1)).to_text();
    for bit in 0..text.len() * 8 {
        let mut flipped = text.clone().into_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let opened = SealedRing::parse(&flipped).and_then(|ring| ring.open(&mirror()));
        assert!(opened.is_err(), "bit {bit}");
    }
}

#[test]
fn truncation_at_every_length_is_refused() {
    let text = sealed(&lived(1)).to_text();
    for len in 0..text.len() {
        assert!(SealedRing::parse(&text.as_bytes()[..len]).is_err(), "{len} octets");
    }
    assert!(matches!(refusal(&(text.clone() + "\n")), Some(SealedRingError::Malformed(_))));
    assert!(matches!(refusal(&text.repeat(2)), Some(SealedRingError::Malformed(_))));
}

#[test]
fn asvs_v11_2_5_wrong_password_and_altered_contents_are_one_error() {
    let ring = SealedRing::seal(&lived(1), &password("right"), &SeededEntropy::new(5)).unwrap();
    assert!(ring.open(&password("right")).is_ok());
    assert!(matches!(ring.open(&password("wrong")), Err(SealedRingError::Refused)));
    for place in [0, 40, 60, 100] {
        let mut altered = ring.clone();
        altered.secrets[place] ^= 1;
        assert!(matches!(altered.open(&password("right")), Err(SealedRingError::Refused)));
    }
    let mut cut = ring.clone();
    for len in [0, 31, 32, 55, 56, 71] {
        cut.secrets.truncate(len);
        assert!(matches!(cut.open(&password("right")), Err(SealedRingError::Refused)));
        cut.secrets = ring.secrets.clone();
    }
    let other = Unlock::wrapper(Mirror(1));
    assert!(matches!(sealed(&lived(1)).open(&other), Err(SealedRingError::Refused)));
}

/// A part of what stands in the clear, and how to alter it.
type Change = (&'static str, fn(&mut Clear));

#[test]
fn asvs_v11_3_3_what_stands_in_the_clear_is_authenticated() {
    let ring = sealed(&lived(1));
    let changes: [Change; 7] = [
        ("generation", |clear| clear.generation += 1),
        ("index", |clear| clear.index_version += 1),
        ("created", |clear| clear.keys[2].info.created = clock_at(7)),
        ("id", |clear| clear.keys[2].info.id = "9".parse().unwrap()),
        ("lost key", |clear| clear.keys.truncate(2)),
        ("commitment", |clear| clear.keys[0].commitment[0] ^= 1),
        ("resurrected", |clear| {
            clear.keys[0].info.state = KeyState::DecryptOnly;
            clear.keys[0].info.destroyed = None;
        }),
    ];
    for (name, change) in changes {
        let mut altered = ring.clone();
        change(&mut altered.clear);
        assert!(matches!(altered.open(&mirror()), Err(SealedRingError::Refused)), "{name}");
    }
}

fn clock_at(secs: u64) -> stockade_core::UnixMillis {
    stockade_core::UnixMillis::from_secs(secs)
}

#[test]
fn splice_of_two_files_is_refused() {
    let (one, two) = (sealed(&lived(1)), sealed(&lived(2)));
    let spliced = SealedRing { clear: one.clear.clone(), secrets: two.secrets.clone() };
    assert!(matches!(spliced.open(&mirror()), Err(SealedRingError::Refused)));
    let mut later = lived(1);
    later.generation = 5;
    let later = SealedRing::seal(&later, &mirror(), &SeededEntropy::new(77)).unwrap();
    let spliced = SealedRing { clear: later.clear, secrets: one.secrets };
    assert!(matches!(spliced.open(&mirror()), Err(SealedRingError::Refused)));
}

#[test]
fn confusion_secrets_that_the_list_does_not_commit_to_are_refused() {
    // What a program of another hand could write: properly sealed, and contradicting itself.
    let (mut one, two) = (sealed(&lived(1)), lived(2));
    let swapped = SealedRing::seal(&two, &mirror(), &SeededEntropy::new(77)).unwrap();
    one.clear.keys[2].commitment = swapped.clear.keys[2].commitment;
    let roots: Vec<u8> = [*lived(1).index_root()]
        .iter()
        .chain(lived(1).live_keys().map(RingKey::root))
        .flatten()
        .copied()
        .collect();
    assert!(one.ring(&roots).is_none());
    assert!(sealed(&lived(1)).ring(&roots).is_some());
    for len in [0, 1, 32, 64, 95, roots.len() - 1] {
        assert!(sealed(&lived(1)).ring(&roots[..len]).is_none(), "{len} octets");
    }
    assert!(sealed(&lived(1)).ring(&[roots, vec![0; 32]].concat()).is_none());
}

#[test]
fn downgrade_and_other_versions_are_named() {
    let text = sealed(&lived(1)).to_text();
    let of = |version: &str| refusal(&text.replacen("version = 1", &format!("version = {version}"), 1));
    assert!(matches!(of("2"), Some(SealedRingError::UnsupportedVersion(2))));
    assert!(matches!(of("0"), Some(SealedRingError::UnsupportedVersion(0))));
    assert!(matches!(of("-1"), Some(SealedRingError::Malformed(_))));
    assert!(matches!(refusal(""), Some(SealedRingError::Malformed(_))));
}

#[test]
fn confusion_a_text_has_one_spelling() {
    let text = sealed(&lived(1)).to_text();
    for (from, to) in [
        ("version = 1", "version = 1 # by hand"),
        ("id = 1", "id = 0x1"),
        ("id = 1", "id  = 1"),
        ("[wrapper]", "[ wrapper ]"),
        ("\"decrypt-only\"", "\"active\""),
        ("\"decrypt-only\"", "'decrypt-only'"),
        ("[sealed]", "[extra]\na = 1\n[sealed]"),
        ("test:mirror", "test:m\\u0069rror"),
        ("\n", "\r\n"),
    ] {
        let edited = text.replacen(from, to, 1);
        assert_ne!(edited, text);
        assert!(matches!(refusal(&edited), Some(SealedRingError::Malformed(_))), "{from} -> {to}");
    }
    let renamed = text.replacen("test:mirror", "test mirror", 1);
    assert!(matches!(refusal(&renamed), Some(SealedRingError::Wrap(_))));
}

#[test]
fn flood_a_derivation_that_costs_too_much_is_refused_at_once() {
    let text = SealedRing::seal(&lived(1), &password("x"), &SeededEntropy::new(5)).unwrap().to_text();
    let start = Instant::now();
    for bomb in [
        "argon2id 4294967296 2 1",
        "argon2id 4294967295 2 1",
        "argon2id 19456 4294967295 1",
        "argon2id 19456 2 16777215",
        "pbkdf2-hmac-sha256 4294967295",
        "pbkdf2-hmac-sha256 9223372036854775808",
    ] {
        let ring = SealedRing::parse(text.replace("argon2id 19456 2 1", bomb).as_bytes());
        let error = ring.and_then(|ring| ring.open(&password("x"))).unwrap_err();
        assert!(matches!(error, SealedRingError::Kdf(KdfError::TooCostly { .. })), "{bomb}: {error}");
    }
    assert!(start.elapsed() < Duration::from_millis(500));
}

#[test]
fn asvs_v11_4_4_downgrade_of_the_derivation_is_refused() {
    let weak =
        Unlock::Passphrase(Secret::new("x".into()), PasswordKdf::Pbkdf2HmacSha256 { iterations: 1000 });
    let written = SealedRing::seal(&lived(1), &weak, &SeededEntropy::new(5));
    assert!(matches!(written, Err(SealedRingError::Kdf(KdfError::TooWeak { .. }))));
    let text = SealedRing::seal(&lived(1), &password("x"), &SeededEntropy::new(5)).unwrap().to_text();
    let read = SealedRing::parse(text.replace("argon2id 19456 2 1", "argon2id 8 1 1").as_bytes()).unwrap();
    assert!(matches!(read.open(&password("x")), Err(SealedRingError::Kdf(KdfError::TooWeak { .. }))));
}

#[test]
fn flood_a_text_beyond_the_cap_is_not_parsed() {
    let text = sealed(&lived(1)).to_text();
    let large = text.clone() + &" ".repeat(SealedRing::MAX_LEN + 1 - text.len());
    assert!(matches!(refusal(&large), Some(SealedRingError::TooLarge)));
    let keys = "\n[[key]]\nid = 1\nstate = \"active\"\ncreated = 1\ncommitment = \"\"\n".repeat(5000);
    let many = text.replacen("\n[sealed]", &(keys + "\n[sealed]"), 1);
    assert!(matches!(refusal(&many), Some(SealedRingError::Malformed("more keys than a ring has"))));
    let deep = text.replacen("secrets = ", &format!("secrets = {}", "[".repeat(500_000)), 1);
    assert!(matches!(refusal(&deep), Some(SealedRingError::Malformed(_))));
}

#[test]
fn the_fullest_ring_fits() {
    let (entropy, clock) = (SeededEntropy::new(1), clock());
    let mut ring = KeyRing::generate(&entropy, &clock).unwrap();
    while ring.active().id().as_u32() < 4096 {
        let id = ring.rotate(&entropy, &clock).unwrap().as_u32();
        if let Some(old) = id.checked_sub(1023).filter(|old| *old > 0) {
            let _ = ring.destroy(super::super::KeyId::from_u32(old), &clock).unwrap();
        }
    }
    assert_eq!(ring.keys().count(), KeyRing::MAX_KEYS);
    assert!(ring.rotate(&entropy, &clock).is_err());
    let text = sealed(&ring).to_text();
    assert!(text.len() + 8192 < SealedRing::MAX_LEN, "{} octets", text.len());
    let opened = SealedRing::parse(text.as_bytes()).unwrap().open(&mirror()).unwrap();
    assert!(opened.commitments().eq(ring.commitments()));
}

#[test]
fn another_way_to_unlock_is_named() {
    let locked = SealedRing::seal(&lived(1), &password("x"), &SeededEntropy::new(5)).unwrap();
    let error = locked.open(&mirror()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the key ring is unlocked by `argon2id 19456 2 1`, and a wrapper was offered"
    );
    let error = sealed(&lived(1)).open(&password("x")).unwrap_err();
    assert_eq!(error.to_string(), "the key ring is unlocked by `test:mirror`, and a password was offered");
}

#[test]
fn asvs_v11_3_4_every_sealing_has_a_salt_and_a_nonce_of_its_own() {
    let (ring, entropy) = (lived(1), SeededEntropy::new(5));
    let seal = || SealedRing::seal(&ring, &password("x"), &entropy).unwrap();
    let (one, two) = (seal(), seal());
    assert_ne!(one.secrets[..56], two.secrets[..56]);
    assert_ne!(one.clear.lock, two.clear.lock);
    assert!(SealedRing::seal(&ring, &password("x"), &NoEntropy).is_err());
    assert!(SealedRing::seal(&ring, &mirror(), &NoEntropy).is_err());
}

#[test]
fn asvs_v16_2_5_neither_text_nor_debug_shows_a_secret() {
    let ring = lived(1);
    let unlock = password("correct horse");
    let stored = SealedRing::seal(&ring, &unlock, &SeededEntropy::new(5)).unwrap();
    let shown = format!("{unlock:?} {stored:?} {}", stored.to_text());
    assert!(!shown.contains("horse"));
    for secret in secrets(&ring) {
        assert!(!shown.contains(&format!("{:?}", &secret[..4])[1..12]));
        assert!(!shown.contains(&Base64::encode_string(&secret[..24])));
    }
}
