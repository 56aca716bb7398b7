//! Tokens with any header and any payload under a right signature: what a verifier's other rules have to stand up to.

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use stockade_authn::jose::{KeyId, KeySet, SigningKey};
use stockade_core::Secret;

/// The secret of every HS256 key in the targets. Protects nothing.
pub const SECRET: &[u8] = b"0123456789 abcdefghijklmnopqrstuvwxyz";

/// The name of every key in the targets.
pub const KEY_ID: &str = "k1";

/// The HS256 key.
#[must_use]
pub fn signing_key() -> SigningKey {
    let key = SigningKey::hs256(&Secret::new(SECRET.to_vec())).expect("the secret is long enough");
    key.with_id(KeyId::new(KEY_ID).expect("a plain name"))
}

/// A set of the HS256 key alone.
#[must_use]
pub fn keys() -> KeySet {
    KeySet::new([signing_key().verifying_key().clone()]).expect("one key")
}

/// The compact JWS of `header` and `payload`, whatever they are, under HMAC-SHA256 with `secret`.
#[must_use]
pub fn signed(header: &[u8], payload: &[u8], secret: &[u8]) -> String {
    let encode = Base64UrlUnpadded::encode_string;
    let message = format!("{}.{}", encode(header), encode(payload));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length will do");
    mac.update(message.as_bytes());
    format!("{message}.{}", encode(&mac.finalize().into_bytes()))
}

/// The input up to its first line break, and what follows.
#[must_use]
pub fn split_line(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = input.iter().position(|byte| *byte == b'\n')?;
    Some((&input[..end], &input[end + 1..]))
}
