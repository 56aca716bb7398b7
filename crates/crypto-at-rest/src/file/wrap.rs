//! A file key under a wrapping key: ChaCha20-Poly1305 with a zero nonce, as in every stanza of age. Each wrapping key is used
//! once: it is derived from a fresh share or salt.

use super::file_key::{FILE_KEY_LEN, FileKey};
use super::header::HeaderError;
use crate::backend::{ChaCha20Poly1305, TAG_LEN};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Octets of a wrapped file key.
pub(super) const WRAPPED_LEN: usize = FILE_KEY_LEN + TAG_LEN;

/// Wraps `key`, bound to `aad`.
#[expect(clippy::expect_used, reason = "the cipher refuses only a buffer shorter than a tag or of 256 GiB")]
pub(super) fn wrap(wrap_key: &[u8; 32], aad: &[u8], key: &FileKey) -> Vec<u8> {
    let mut body = vec![0; WRAPPED_LEN];
    body[..FILE_KEY_LEN].copy_from_slice(key.expose());
    ChaCha20Poly1305::new(wrap_key).seal_in_place([0; 12], aad, &mut body).expect("32 bytes can be sealed");
    body
}

/// Unwraps what [`wrap`] made, or nothing.
pub(super) fn unwrap(wrap_key: &[u8; 32], aad: &[u8], body: &[u8; WRAPPED_LEN]) -> Option<FileKey> {
    let mut body = Zeroizing::new(*body);
    let key = ChaCha20Poly1305::new(wrap_key).open_in_place([0; 12], aad, &mut *body).ok()?;
    let key = Zeroizing::new(<[u8; FILE_KEY_LEN]>::try_from(&*key).ok()?);
    Some(FileKey::from_bytes(*key))
}

/// The body of a stanza of `kind`, once its length is right. A longer one could be crafted to open under many keys.
pub(super) fn body<'a>(kind: &'static str, body: &'a [u8]) -> Result<&'a [u8; WRAPPED_LEN], HeaderError> {
    body.try_into().map_err(|_| HeaderError::BadStanza { kind, what: "the body is not 32 bytes long" })
}

/// 32 bytes of HKDF-SHA-256.
#[expect(clippy::expect_used, reason = "HKDF-SHA256 refuses only more than 8160 bytes, and 32 are asked for")]
pub(super) fn hkdf(salt: &[u8], secret: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut *key).expect("32 bytes can be derived");
    key
}
