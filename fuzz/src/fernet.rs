//! Fernet messages under a MAC that is right, whatever is in them.

use base64ct::{Base64Url, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `message` and its MAC, in base64.
#[must_use]
pub fn signed_fernet(key: &[u8; 32], message: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key[..16]).expect("any length");
    mac.update(message);
    Base64Url::encode_string(&[message, &mac.finalize().into_bytes()].concat())
}
