//! Another library, used directly: what is checked by it is not checked by ourselves.

use base64ct::{Base64UrlUnpadded, Encoding};
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation, decode_header};
use serde_json::Value;

/// Verifies an access token of `hello` with the published keys, by no rule of ours.
pub(crate) fn verify(token: &str, jwks: &JwkSet) -> jsonwebtoken::errors::Result<Value> {
    install_provider();
    let header = decode_header(token)?;
    let key = jwks.find(header.kid.as_deref().expect("a kid")).expect("the key is published");
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_issuer(&["https://hello.example"]);
    rules.set_audience(&["https://hello.example"]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    Ok(jsonwebtoken::decode::<Value>(token, &DecodingKey::from_jwk(key)?, &rules)?.claims)
}

/// Signs any header and any payload, however senseless.
pub(crate) fn sign(header: &str, payload: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    install_provider();
    let signed = format!("{}.{}", encode(header.as_bytes()), encode(payload.as_bytes()));
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), key, algorithm).expect("a signature");
    format!("{signed}.{signature}")
}

/// The Ed25519 key with this seed (RFC 8410 §7).
pub(crate) fn ed25519(seed: &[u8]) -> EncodingKey {
    const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    EncodingKey::from_ed_der(&[&PKCS8[..], seed].concat())
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text).expect("base64url")
}

/// The header and the payload of a token, as text.
pub(crate) fn open(token: &str) -> (String, String) {
    let part = |n: usize| {
        let bytes =
            Base64UrlUnpadded::decode_vec(token.split('.').nth(n).expect("a part")).expect("base64url");
        String::from_utf8(bytes).expect("UTF-8")
    };
    (part(0), part(1))
}

fn install_provider() {
    // With all features of the workspace on there are two backends, and the library asks for a choice. A second call finds
    // the first one's.
    let _ = DEFAULT_PROVIDER.install_default();
}
