//! The seam between the formats of this crate and who computes ChaCha20-Poly1305 for them.
//!
//! Both back ends give the same bytes; a test compares them wherever both are compiled. Hashes, key derivation and curves have
//! one implementation and need no seam.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(any(not(feature = "aws-lc-rs"), test))]
mod rust_crypto;
#[cfg(test)]
mod tests;

#[cfg(feature = "aws-lc-rs")]
use aws_lc::AwsLc as Chosen;
#[cfg(not(feature = "aws-lc-rs"))]
use rust_crypto::RustCrypto as Chosen;

use zeroize::{Zeroize, Zeroizing};

/// Octets of a key of RFC 8439.
pub(crate) const KEY_LEN: usize = 32;
/// Octets of a tag of RFC 8439.
pub(crate) const TAG_LEN: usize = 16;
/// Octets of a nonce of XChaCha20-Poly1305.
pub(crate) const XNONCE_LEN: usize = 24;

/// It does not open, or is too long for the cipher. Deliberately without a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused;

/// What a back end computes: text in place, tag apart.
pub(crate) trait Detached {
    fn new(key: &[u8; KEY_LEN]) -> Self;

    fn seal(
        &self,
        nonce: [u8; 12],
        aad: &[u8],
        text: &mut [u8],
        tag: &mut [u8; TAG_LEN],
    ) -> Result<(), Refused>;

    /// After an error nobody may look at `text`.
    fn open(&self, nonce: [u8; 12], aad: &[u8], text: &mut [u8], tag: &[u8; TAG_LEN]) -> Result<(), Refused>;
}

/// A key of ChaCha20-Poly1305, ready for use.
pub(crate) type ChaCha20Poly1305 = Attached<Chosen>;

/// A back end whose tags lie behind the text.
pub(crate) struct Attached<B>(B);

impl<B: Detached> Attached<B> {
    pub(crate) fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(B::new(key))
    }

    /// Encrypts all of `buffer` but its last 16 bytes, which receive the tag.
    pub(crate) fn seal_in_place(
        &self,
        nonce: [u8; 12],
        aad: &[u8],
        buffer: &mut [u8],
    ) -> Result<(), Refused> {
        let (text, tag) = buffer.split_last_chunk_mut().ok_or(Refused)?;
        self.0.seal(nonce, aad, text, tag)
    }

    /// Decrypts `buffer`, whose last 16 bytes are the tag, and returns the plaintext in it. What does not verify is wiped.
    pub(crate) fn open_in_place<'a>(
        &self,
        nonce: [u8; 12],
        aad: &[u8],
        buffer: &'a mut [u8],
    ) -> Result<&'a mut [u8], Refused> {
        let (text, tag) = buffer.split_last_chunk_mut().ok_or(Refused)?;
        match self.0.open(nonce, aad, text, tag) {
            Ok(()) => Ok(text),
            Err(Refused) => {
                text.zeroize();
                tag.zeroize();
                Err(Refused)
            }
        }
    }
}

/// XChaCha20-Poly1305 for one nonce: HChaCha20 makes the key of this one message (draft-irtf-cfrg-xchacha, section 2.3).
pub(crate) fn xchacha(key: &[u8; KEY_LEN], nonce: &[u8; XNONCE_LEN]) -> (ChaCha20Poly1305, [u8; 12]) {
    let (mut first, mut rest) = ([0; 16], [0; 12]);
    first.copy_from_slice(&nonce[..16]);
    rest[4..].copy_from_slice(&nonce[16..]);
    let subkey = Zeroizing::new(chacha20::hchacha::<chacha20::R20>(key.into(), &first.into()).0);
    (ChaCha20Poly1305::new(&subkey), rest)
}
