//! ChaCha20-Poly1305 in pure Rust.

use super::{KEY_LEN, Refused, TAG_LEN};
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, Tag};
use zeroize::Zeroize;

/// A key, ready for use, wiped when dropped.
pub(crate) struct ChaCha20Poly1305(chacha20poly1305::ChaCha20Poly1305);

impl ChaCha20Poly1305 {
    pub(crate) fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(chacha20poly1305::ChaCha20Poly1305::new(key.into()))
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
        let tag = self.0.encrypt_inout_detached(&nonce.into(), aad, text.into()).map_err(|_| Refused)?;
        place.copy_from_slice(&tag);
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
        let mut tag = Tag::default();
        tag.copy_from_slice(&buffer[text..]);
        let opened =
            self.0.decrypt_inout_detached(&nonce.into(), aad, (&mut buffer[..text]).into(), &tag).is_ok();
        if !opened {
            buffer.zeroize();
            return Err(Refused);
        }
        Ok(&mut buffer[..text])
    }
}
