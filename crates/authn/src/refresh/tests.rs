use super::*;
use proptest::prelude::*;
use stockade_core::{Secret, SessionId, SystemEntropy, UnixMillis};

fn keys(byte: u8) -> RefreshKeys {
    RefreshKeys::new(&Secret::new([byte; 32]))
}

fn session() -> SessionId {
    SessionId::generate(UnixMillis::from_secs(1_700_000_000), &SystemEntropy).unwrap()
}

#[test]
fn asvs_v7_2_3_a_token_has_256_random_bits_and_reads_back() {
    let (keys, session) = (keys(1), session());
    let (one, digest) = keys.first(session, &SystemEntropy).unwrap();
    let (two, _) = keys.first(session, &SystemEntropy).unwrap();
    assert_ne!(one, two);
    let read = keys.read(one.expose()).unwrap();
    assert_eq!((read.session(), read.generation(), read.digest()), (session, 0, digest));
}

#[test]
fn two_tabs_compute_the_same_successor_and_another_nonce_gives_another() {
    let keys = keys(1);
    let (token, _) = keys.first(session(), &SystemEntropy).unwrap();
    let nonce = Nonce::from_bytes([7; 32]);
    let (one, digest) = keys.successor(&keys.read(token.expose()).unwrap(), &nonce);
    let (two, _) = keys.successor(&keys.read(token.expose()).unwrap(), &nonce);
    assert_eq!(one, two);
    let read = keys.read(one.expose()).unwrap();
    assert_eq!((read.generation(), read.digest()), (1, digest));
    let (other, _) = keys.successor(&keys.read(token.expose()).unwrap(), &Nonce::from_bytes([8; 32]));
    assert_ne!(one, other);
}

#[test]
fn forgery_every_flipped_bit_is_noticed_without_a_store() {
    let issuer = keys(1);
    let (token, _) = issuer.first(session(), &SystemEntropy).unwrap();
    for at in 0..token.expose().len() {
        let mut text = token.expose().clone().into_bytes();
        text[at] = if text[at] == b'A' { b'B' } else { b'A' };
        let text = String::from_utf8(text).unwrap();
        if text != *token.expose() {
            assert!(issuer.read(&text).is_err(), "byte {at}");
        }
    }
    assert!(keys(2).read(token.expose()).is_err(), "another key");
}

#[test]
fn asvs_v13_3_4_keys_rotate_with_overlap() {
    let old = Secret::new([1; 32]);
    let (token, _) = RefreshKeys::new(&old).first(session(), &SystemEntropy).unwrap();
    let rotated = RefreshKeys::new(&Secret::new([2; 32])).with_older(&old).unwrap();
    let read = rotated.read(token.expose()).unwrap();
    let four = rotated.clone().with_older(&old).and_then(|keys| keys.with_older(&old)).unwrap();
    assert_eq!(four.with_older(&old).unwrap_err(), TooManyKeys, "not left out in silence");
    let (next, _) = rotated.successor(&read, &Nonce::from_bytes([0; 32]));
    assert!(keys(2).read(next.expose()).is_ok(), "the successor is made with the current key");
    assert!(keys(1).read(next.expose()).is_err());
}

#[test]
fn nothing_prints_a_token_or_a_key() {
    let keys = keys(0x41);
    let (token, digest) = keys.first(session(), &SystemEntropy).unwrap();
    let shown = format!("{keys:?} {digest:?} {:?} {token:?}", keys.read(token.expose()));
    assert!(!shown.contains(token.expose()) && !shown.contains("65"), "{shown}");
}

proptest! {
    #[test]
    fn no_text_panics_or_passes(text in "(rt1_)?[A-Za-z0-9_=-]{0,200}|\\PC{0,40}") {
        prop_assert!(keys(1).read(&text).is_err());
    }
}

#[test]
fn a_successor_is_found_whichever_key_made_it() {
    let (old, new) = (Secret::new([1; 32]), Secret::new([2; 32]));
    let before = RefreshKeys::new(&old).with_older(&new).unwrap();
    let after = RefreshKeys::new(&new).with_older(&old).unwrap();
    let session = SessionId::from_bytes([7; 16]);
    let (first, _) = before.first(session, &SystemEntropy).unwrap();
    let (presented, nonce) = (before.read(first.expose()).unwrap(), Nonce::from_bytes([3; 32]));
    let (theirs, in_force) = before.successor(&presented, &nonce);
    assert_ne!(after.successor(&presented, &nonce).1, in_force, "another process has another current key");
    let found = after.successor_with(&presented, &nonce, &in_force).unwrap();
    assert_eq!(found.expose(), theirs.expose());
    assert!(RefreshKeys::new(&new).successor_with(&presented, &nonce, &in_force).is_none());
}
