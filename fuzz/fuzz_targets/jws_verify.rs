//! Accepted if and only if the signature is right, and the header is an object of `alg`, `kid` and `typ` that names our key and
//! its algorithm. One line is a token as presented; two are a header and a payload, which are signed properly.

#![no_main]

use base64ct::{Base64UrlUnpadded, Encoding};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::sync::LazyLock;
use stockade_authn::jose::{KeyId, KeySet, MAX_HEADER_LEN, MAX_TOKEN_LEN, SigningKey};
use stockade_core::Secret;
use stockade_fuzz::{KEY_ID, Member, SECRET, keys, members, signed, split_line};

const TYPE: &str = "at+jwt";

static KEYS: LazyLock<KeySet> = LazyLock::new(keys);

/// A public key of the same name: what the algorithms are to be confused with.
static KEY_PAIR: LazyLock<SigningKey> = LazyLock::new(|| {
    let key = SigningKey::ed25519_from_seed(&Secret::new([7; 32])).expect("a backend is built in");
    key.with_id(KeyId::new(KEY_ID).expect("a plain name"))
});

fuzz_target!(|input: &[u8]| {
    match split_line(input) {
        Some((header, payload)) => properly_signed(header, payload),
        None => presented(input),
    }
});

fn presented(input: &[u8]) {
    let Ok(token) = std::str::from_utf8(input) else { return };
    let Ok(payload) = KEYS.verify(token, None) else { return };
    let header = token.split('.').next().and_then(|part| Base64UrlUnpadded::decode_vec(part).ok());
    let header = header.expect("an accepted token has a header");
    assert!(is_plain(&header));
    assert_eq!(token, signed(&header, &payload, SECRET), "one token has one spelling");
}

fn properly_signed(header: &[u8], payload: &[u8]) {
    let token = signed(header, payload, SECRET);
    let fits =
        token.len() <= MAX_TOKEN_LEN && Base64UrlUnpadded::encode_string(header).len() <= MAX_HEADER_LEN;
    let accepted = KEYS.verify(&token, None).ok();
    assert_eq!(accepted.as_deref(), (fits && is_plain(header)).then_some(payload));
    let accepted = KEYS.verify(&token, Some(TYPE)).ok();
    assert_eq!(accepted.as_deref(), (fits && is_plain(header) && is_typed(header)).then_some(payload));
    confused(header, payload);
}

/// Whoever signs with the public key as a shared secret gets nowhere, whatever the header says.
fn confused(header: &[u8], payload: &[u8]) {
    let public = KEY_PAIR.verifying_key();
    let set = KeySet::new([public.clone()]).expect("one key");
    let jwk = serde_json::to_vec(&public.public_jwk()).expect("a document");
    assert!(set.verify(&signed(header, payload, &jwk), None).is_err());
}

fn is_plain(header: &[u8]) -> bool {
    let Some(members) = members(header) else { return false };
    let once = |name: &str| members.iter().filter(|(other, _)| other == name).count() <= 1;
    once("alg")
        && once("kid")
        && once("typ")
        && members.iter().all(|(name, _)| matches!(name.as_str(), "alg" | "kid" | "typ"))
        && text(&members, "alg") == Some("HS256")
        && text(&members, "kid") == Some(KEY_ID)
        && members.iter().all(|(_, value)| matches!(value, Some(Value::String(_) | Value::Null)))
}

fn is_typed(header: &[u8]) -> bool {
    let members = members(header).unwrap_or_default();
    let typ = text(&members, "typ").unwrap_or_default().to_ascii_lowercase();
    typ.strip_prefix("application/").unwrap_or(&typ) == TYPE
}

fn text<'a>(members: &'a [Member], wanted: &str) -> Option<&'a str> {
    members.iter().find(|(name, _)| name == wanted).and_then(|(_, value)| value.as_ref()?.as_str())
}
