//! ChaCha20-Poly1305 in pure Rust.

use super::{Detached, KEY_LEN, Refused, TAG_LEN};
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};

/// A key, ready for use, wiped when dropped.
pub(crate) struct RustCrypto(ChaCha20Poly1305);

impl Detached for RustCrypto {
    fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(ChaCha20Poly1305::new(key.into()))
    }

    fn seal(
        &self,
        nonce: [u8; 12],
        aad: &[u8],
        text: &mut [u8],
        tag: &mut [u8; TAG_LEN],
    ) -> Result<(), Refused> {
        let made = self.0.encrypt_inout_detached(&nonce.into(), aad, text.into()).map_err(|_| Refused)?;
        tag.copy_from_slice(&made);
        Ok(())
    }

    fn open(&self, nonce: [u8; 12], aad: &[u8], text: &mut [u8], tag: &[u8; TAG_LEN]) -> Result<(), Refused> {
        self.0.decrypt_inout_detached(&nonce.into(), aad, text.into(), tag.into()).map_err(|_| Refused)
    }
}
