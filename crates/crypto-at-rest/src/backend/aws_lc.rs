//! ChaCha20-Poly1305 by AWS-LC.

use super::{Detached, KEY_LEN, Refused, TAG_LEN};
use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};

/// A key, ready for use. AWS-LC wipes its copy when this is dropped.
pub(crate) struct AwsLc(LessSafeKey);

impl Detached for AwsLc {
    #[expect(
        clippy::expect_used,
        reason = "the only error is a key of the wrong length, and the type fixes it"
    )]
    fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).expect("the key is 32 bytes long")))
    }

    fn seal(
        &self,
        nonce: [u8; 12],
        aad: &[u8],
        text: &mut [u8],
        tag: &mut [u8; TAG_LEN],
    ) -> Result<(), Refused> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let made = self.0.seal_in_place_separate_tag(nonce, Aad::from(aad), text).map_err(|_| Refused)?;
        tag.copy_from_slice(made.as_ref());
        Ok(())
    }

    fn open(&self, nonce: [u8; 12], aad: &[u8], text: &mut [u8], tag: &[u8; TAG_LEN]) -> Result<(), Refused> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.0.open_in_place_separate_tag(nonce, Aad::from(aad), tag, text).map(drop).map_err(|_| Refused)
    }
}
