//! Equal texts to equal bytes: the nonce is a keyed hash of context and text, as in SIV (RFC 5297, section 1.3.3).

use super::envelope::{Aad, Flags};
use super::fields::seal_with;
use super::{FieldContext, FieldError};
use crate::backend::{XNONCE_LEN, xchacha};
use crate::ring::RingKey;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Two different texts share a nonce only if 192 bits of HMAC-SHA256 collide.
pub(super) fn seal(key: &RingKey, context: &FieldContext<'_>, text: &[u8]) -> Result<Vec<u8>, FieldError> {
    let mut nonce = [0; XNONCE_LEN];
    let mac = mac(key.deterministic_key());
    // The associated data ends by itself, so that no two pairs of context and text are one input. It says whether the text is
    // padded, but not how far: a changed padding changes the ciphertext and not the text it hides.
    let aad = Aad::new(Flags::of(context), key.id(), context);
    let padded = u32::try_from(context.padding().padded_len(text.len())).unwrap_or(u32::MAX);
    let digest = mac
        .chain_update(aad.as_bytes())
        .chain_update(padded.to_be_bytes())
        .chain_update(text)
        .finalize()
        .into_bytes();
    nonce.copy_from_slice(&digest[..XNONCE_LEN]);
    let (cipher, short) = xchacha(key.field_key(), &nonce);
    seal_with(key, (&cipher, short), context, &nonce, text)
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
pub(super) fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key of any length")
}
