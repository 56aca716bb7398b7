//! A file key under a wrapping key: ChaCha20-Poly1305 with a zero nonce, as in every stanza of age. Each wrapping key is used
//! once: it is derived from a fresh share or salt.

use super::file_key::{FILE_KEY_LEN, FileKey};
use super::header::HeaderError;
use crate::backend::{ChaCha20Poly1305, TAG_LEN};
use base64ct::{Base64Unpadded, Encoding};
use hkdf::Hkdf;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Octets of a wrapped file key.
pub(super) const WRAPPED_LEN: usize = FILE_KEY_LEN + TAG_LEN;
/// Octets of the commitment before it, in stanzas of ours.
const COMMITMENT_LEN: usize = 32;
/// Octets of the body of a stanza of ours.
pub(super) const COMMITTED_LEN: usize = COMMITMENT_LEN + WRAPPED_LEN;

/// Wraps `key`.
#[expect(clippy::expect_used, reason = "the cipher refuses only a buffer shorter than a tag or of 256 GiB")]
pub(super) fn wrap(wrap_key: &[u8; 32], key: &FileKey) -> [u8; WRAPPED_LEN] {
    let mut body = [0; WRAPPED_LEN];
    body[..FILE_KEY_LEN].copy_from_slice(key.expose());
    ChaCha20Poly1305::new(wrap_key).seal_in_place([0; 12], b"", &mut body).expect("32 bytes can be sealed");
    body
}

/// Unwraps what [`wrap`] made, or nothing.
pub(super) fn unwrap(wrap_key: &[u8; 32], body: &[u8; WRAPPED_LEN]) -> Option<FileKey> {
    let mut body = Zeroizing::new(*body);
    let key = ChaCha20Poly1305::new(wrap_key).open_in_place([0; 12], b"", &mut *body).ok()?;
    let key = Zeroizing::new(<[u8; FILE_KEY_LEN]>::try_from(&*key).ok()?);
    Some(FileKey::from_bytes(*key))
}

/// The keys of one stanza of ours, derived from one secret.
///
/// A body of ChaCha20-Poly1305 alone can be crafted to open under two keys. The commitment, 256 bits that depend on the secret,
/// the salt and `info` through HKDF-SHA-256, cannot match two secrets without a collision in SHA-256.
pub(super) struct Committed {
    wrap_key: Zeroizing<[u8; 32]>,
    commitment: Zeroizing<[u8; COMMITMENT_LEN]>,
}

impl Committed {
    pub(super) fn derive(salt: &[u8], secret: &[u8], info: &[u8]) -> Self {
        let labelled = |label: &[u8]| hkdf(salt, secret, &[label, info].concat());
        Self { wrap_key: labelled(b"wrap "), commitment: labelled(b"commit ") }
    }

    pub(super) fn wrap(&self, key: &FileKey) -> Vec<u8> {
        [&self.commitment[..], &wrap(&self.wrap_key, key)].concat()
    }

    /// Nothing where the secret, the salt, `info` or the body is another.
    pub(super) fn unwrap(&self, body: &[u8; COMMITTED_LEN]) -> Option<FileKey> {
        let (commitment, wrapped) = body.split_first_chunk::<COMMITMENT_LEN>()?;
        let same: bool = commitment.ct_eq(&*self.commitment).into();
        if same { unwrap(&self.wrap_key, wrapped.try_into().ok()?) } else { None }
    }
}

/// The body of a stanza of `kind`, once its length is right. A longer one could be crafted to open under many keys.
pub(super) fn body<'a, const LEN: usize>(
    kind: &'static str,
    body: &'a [u8],
) -> Result<&'a [u8; LEN], HeaderError> {
    body.try_into().map_err(|_| HeaderError::BadStanza { kind, what: "the body has the wrong length" })
}

/// An argument that holds `LEN` bytes in canonical base64.
pub(super) fn bytes<const LEN: usize>(text: &str) -> Option<[u8; LEN]> {
    let mut bytes = [0; LEN];
    let len = Base64Unpadded::decode(text, &mut bytes).ok()?.len();
    (len == LEN).then_some(bytes)
}

/// 32 bytes of HKDF-SHA-256.
#[expect(clippy::expect_used, reason = "HKDF-SHA256 refuses only more than 8160 bytes, and 32 are asked for")]
pub(super) fn hkdf(salt: &[u8], secret: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut *key).expect("32 bytes can be derived");
    key
}
