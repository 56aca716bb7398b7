//! ChaCha20-Poly1305 by AWS-LC.

use super::{KEY_LEN, Refused, TAG_LEN};
use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroize;

/// A key, ready for use. AWS-LC wipes its copy when this is dropped.
pub(crate) struct ChaCha20Poly1305(LessSafeKey);

impl ChaCha20Poly1305 {
    #[expect(
        clippy::expect_used,
        reason = "the only error is a key of the wrong length, and the type fixes it"
    )]
    pub(crate) fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).expect("the key is 32 bytes long")))
    }

    /// Encrypts all of `buffer` but its last 16 bytes, which receive the tag.
    pub(crate) fn seal_in_place(
        &self,
        nonce: [u8; 12],
        aad: &[u8],
        buffer: &mut [u8],
    ) -> Result<(), Refused> {
        let text = buffer.len().checked_sub(TAG_LEN).ok_or(Refused)?;
        let (text, place) = buffer.split_at_mut(text);
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), text)
            .map_err(|_| Refused)?;
        place.copy_from_slice(tag.as_ref());
        Ok(())
    }

    /// Decrypts `buffer`, whose last 16 bytes are the tag, and returns the plaintext in it. What does not verify is wiped.
    pub(crate) fn open_in_place<'a>(
        &self,
        nonce: [u8; 12],
        aad: &[u8],
        buffer: &'a mut [u8],
    ) -> Result<&'a mut [u8], Refused> {
        let text = buffer.len().checked_sub(TAG_LEN).ok_or(Refused)?;
        let opened =
            self.0.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut *buffer).is_ok();
        if !opened {
            buffer.zeroize();
            return Err(Refused);
        }
        Ok(&mut buffer[..text])
    }
}
