//! The service that seals and opens.

use super::envelope::{Aad, Envelope, Flags, HEADER_LEN, begin};
use super::{FieldContext, FieldError, deterministic, padding};
use crate::backend::{ChaCha20Poly1305, TAG_LEN, XNONCE_LEN, xchacha};
use crate::ring::{KeyRing, Keys, RingKey};
use std::sync::Arc;
use stockade_core::{Entropy, Secret};
use zeroize::{Zeroize, Zeroizing};

/// The most bytes of a field's text: 1 MiB. What is longer is a file: a field is sealed and opened in memory, as a whole.
pub const MAX_TEXT: usize = 1 << 20;

/// Seals fields under the active key of a ring and opens them under the key they name. Cheap to clone; clones share the keys.
///
/// See the [module](super) for what is guaranteed.
#[derive(Debug, Clone)]
pub struct Fields {
    pub(super) keys: Keys,
    pub(super) entropy: Arc<dyn Entropy>,
}

impl Fields {
    /// Seals under `keys`, and keeps up when they rotate or are reloaded. Nonces come from `entropy`.
    #[must_use]
    pub fn new(keys: Keys, entropy: Arc<dyn Entropy>) -> Self {
        Self { keys, entropy }
    }

    /// Seals `text` for `context`. The same text twice gives two envelopes that share nothing but their key's id and commitment
    /// (but see [`Column::danger_deterministic`](super::Column::danger_deterministic)).
    ///
    /// # Errors
    /// [`FieldError::TooLong`] above [`MAX_TEXT`], [`FieldError::Context`], [`FieldError::Entropy`].
    pub fn seal(&self, context: &FieldContext<'_>, text: &[u8]) -> Result<Vec<u8>, FieldError> {
        check(context, text)?;
        if context.is_deterministic() {
            return deterministic::seal(self.keys.load().active(), context, text);
        }
        let mut nonce = [0; XNONCE_LEN];
        self.entropy.fill(&mut nonce)?;
        let ring = self.keys.load();
        let (cipher, short) = xchacha(ring.active().field_key(), &nonce);
        seal_with(ring.active(), (&cipher, short), context, &nonce, text)
    }

    /// [`seal`](Self::seal) for a text.
    ///
    /// # Errors
    /// As of [`seal`](Self::seal).
    pub fn seal_str(&self, context: &FieldContext<'_>, text: &str) -> Result<Vec<u8>, FieldError> {
        self.seal(context, text.as_bytes())
    }

    /// Opens what was sealed for the same `context`. Nothing of the text is released before all of it is verified.
    ///
    /// # Errors
    /// [`FieldError::Refused`] for altered bytes, another context and another key of the same id alike; [`FieldError::Key`],
    /// [`FieldError::Unsupported`] and [`FieldError::NotAnEnvelope`] for what the envelope shows to anybody.
    pub fn open(&self, context: &FieldContext<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, FieldError> {
        open_with(&self.keys.load(), context, sealed).map(secret)
    }

    /// [`open`](Self::open) for a text.
    ///
    /// # Errors
    /// As of [`open`](Self::open); [`FieldError::Type`] if it is not UTF-8.
    pub fn open_str(&self, context: &FieldContext<'_>, sealed: &[u8]) -> Result<Secret<String>, FieldError> {
        self.open_as(context, sealed)
    }
}

/// Hands over a text without copying it.
pub(super) fn secret(mut text: Zeroizing<Vec<u8>>) -> Secret<Vec<u8>> {
    Secret::new(std::mem::take(&mut *text))
}

pub(super) fn check(context: &FieldContext<'_>, text: &[u8]) -> Result<(), FieldError> {
    if text.len() > MAX_TEXT {
        return Err(FieldError::TooLong { max: MAX_TEXT });
    }
    context.check()
}

/// Seals what [`check`] accepted, with the cipher that [`xchacha`] makes of `key` and `nonce`. The nonce must be fresh, or the
/// text's own.
pub(super) fn seal_with(
    key: &RingKey,
    (cipher, short): (&ChaCha20Poly1305, [u8; 12]),
    context: &FieldContext<'_>,
    nonce: &[u8; XNONCE_LEN],
    text: &[u8],
) -> Result<Vec<u8>, FieldError> {
    let flags = Flags::of(context);
    let aad = Aad::new(flags, key.id(), context);
    let padded = context.padding().padded_len(text.len());
    // The one allocation, of the exact size: growing would leave pieces of the text behind.
    let mut envelope = begin(flags, key, nonce, padded + TAG_LEN);
    envelope.extend_from_slice(text);
    if flags.is_padded() {
        padding::fill(&mut envelope, text.len(), padded);
    }
    envelope.extend_from_slice(&[0; TAG_LEN]);
    if cipher.seal_in_place(short, aad.as_bytes(), &mut envelope[HEADER_LEN..]).is_err() {
        envelope.zeroize();
        return Err(FieldError::TooLong { max: MAX_TEXT });
    }
    Ok(envelope)
}

/// Opens under whichever key of `ring` the envelope names.
pub(super) fn open_with(
    ring: &KeyRing,
    context: &FieldContext<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, FieldError> {
    let (envelope, key) = prepare(ring, context, sealed)?;
    let (cipher, short) = xchacha(key.field_key(), envelope.nonce);
    open_prepared(&envelope, (&cipher, short), context)
}

/// Takes an envelope apart and finds its key, which is the one that sealed.
pub(super) fn prepare<'r, 's>(
    ring: &'r KeyRing,
    context: &FieldContext<'_>,
    sealed: &'s [u8],
) -> Result<(Envelope<'s>, &'r RingKey), FieldError> {
    context.check()?;
    let envelope = Envelope::parse(sealed)?;
    let key = ring.key(envelope.key)?;
    envelope.check_key(key)?;
    if envelope.flags.is_deterministic() != context.is_deterministic() {
        return Err(FieldError::Refused);
    }
    Ok((envelope, key))
}

/// Opens what [`prepare`] accepted, with the cipher that [`xchacha`] makes of its key and nonce.
pub(super) fn open_prepared(
    envelope: &Envelope<'_>,
    (cipher, short): (&ChaCha20Poly1305, [u8; 12]),
    context: &FieldContext<'_>,
) -> Result<Zeroizing<Vec<u8>>, FieldError> {
    let aad = Aad::new(envelope.flags, envelope.key, context);
    let mut text = Zeroizing::new(envelope.body.to_vec());
    let padded = cipher.open_in_place(short, aad.as_bytes(), &mut text).map_err(|_| FieldError::Refused)?;
    let len = if envelope.flags.is_padded() {
        padding::text_len(padded).ok_or(FieldError::Refused)?
    } else {
        padded.len()
    };
    text.truncate(len);
    Ok(text)
}
