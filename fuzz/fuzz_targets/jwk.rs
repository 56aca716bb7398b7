//! A key that is taken over is pinned to the algorithm that it names, meant for verifying, shown to the world without its
//! secret, read again as the same key, and no key under which everybody can sign.

#![no_main]

use base64ct::{Base64UrlUnpadded, Encoding};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use stockade_authn::jose::{Algorithm, KeySet, VerifyingKey};

fuzz_target!(|input: &str| {
    let Ok(key) = VerifyingKey::from_jwk(input) else { return };
    let jwk: Value = serde_json::from_str(input).expect("json");
    assert!(jwk.is_object());
    assert_eq!(jwk["alg"], key.algorithm().name());
    assert!(jwk["use"].is_null() || jwk["use"] == "sig");
    assert!(
        jwk["key_ops"].is_null()
            || jwk["key_ops"].as_array().is_some_and(|ops| ops.contains(&"verify".into()))
    );
    assert!(jwk["kid"].is_null() || jwk["kid"] == key.id().as_str());

    assert_eq!(key.public_jwk().is_none(), key.algorithm() == Algorithm::Hs256);
    if let Some(public) = key.public_jwk() {
        let shown = serde_json::to_string(public).expect("a document");
        let members: Value = serde_json::from_str(&shown).expect("json");
        assert!(["d", "p", "q", "dp", "dq", "qi", "k"].iter().all(|secret| members.get(secret).is_none()));
        let again = VerifyingKey::from_jwk(&shown).expect("what we show can be read");
        assert_eq!((again.public_jwk(), again.id()), (Some(public), key.id()));
    }
    if key.algorithm() == Algorithm::EdDsa {
        nobody_signs_for(&key);
    }
});

/// Under a public key of small order the neutral point and zero are a signature of every eighth message, or of each.
fn nobody_signs_for(key: &VerifyingKey) {
    let mut signature = [0; 64];
    signature[0] = 1;
    let header = json!({"alg": "EdDSA", "kid": key.id().as_str()}).to_string();
    let keys = KeySet::new([key.clone()]).expect("one key");
    for payload in b"0123456789abcdef" {
        let parts = [header.as_bytes(), &[*payload], &signature].map(Base64UrlUnpadded::encode_string);
        assert!(keys.verify(&parts.join("."), None).is_err());
    }
}
