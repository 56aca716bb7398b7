//! Many fields at once.

use super::fields::{check, open_prepared, prepare, seal_with, secret};
use super::{FieldContext, FieldError, Fields, deterministic};
use crate::backend::{ChaCha20Poly1305, XNONCE_LEN, xchacha};
use crate::ring::{KeyId, RingKey};
use stockade_core::{Entropy, Secret};

impl Fields {
    /// Seals many fields under one key, in their order: all of them, or none.
    ///
    /// One look at the ring, one draw of randomness and one subkey for all of them, so that each costs about half of what it
    /// costs alone. It shows: the nonces of one call share 16 bytes and count up in the other eight, so that whoever reads the table
    /// sees which fields were sealed together.
    ///
    /// # Errors
    /// The first error that [`seal`](Self::seal) would give; nothing is sealed before every length and context is checked.
    pub fn seal_many(&self, fields: &[(FieldContext<'_>, &[u8])]) -> Result<Vec<Vec<u8>>, FieldError> {
        fields.iter().try_for_each(|(context, text)| check(context, text))?;
        let random = fields.iter().any(|(context, _)| !context.is_deterministic());
        let mut nonces = if random { Some(Nonces::draw(&*self.entropy)?) } else { None };
        let mut subkey = Subkey::default();
        let ring = self.keys.load();
        let key = ring.active();
        let seal = |(context, text): &(FieldContext<'_>, &[u8])| match &mut nonces {
            Some(nonces) if !context.is_deterministic() => {
                let nonce = nonces.next();
                seal_with(key, subkey.cipher(key, &nonce), context, &nonce, text)
            }
            _ => deterministic::seal(key, context, text),
        };
        fields.iter().map(seal).collect()
    }

    /// Opens many fields, each for itself, in their order, with one look at the ring. Faster for neighbours that
    /// [`seal_many`](Self::seal_many) sealed together.
    #[must_use]
    pub fn open_many(
        &self,
        fields: &[(FieldContext<'_>, &[u8])],
    ) -> Vec<Result<Secret<Vec<u8>>, FieldError>> {
        let ring = self.keys.load();
        let mut subkey = Subkey::default();
        let open = |(context, sealed): &(FieldContext<'_>, &[u8])| {
            let (envelope, key) = prepare(&ring, context, sealed)?;
            open_prepared(&envelope, subkey.cipher(key, envelope.nonce), context).map(secret)
        };
        fields.iter().map(open).collect()
    }
}

/// The nonces of one batch: 16 random bytes for all, eight that count up from a random start.
///
/// Within a batch no two are equal, whatever was drawn. Two batches of n fields have a nonce in common with a chance below
/// 2n/2¹⁹², so that N fields in batches run no greater risk than N fields sealed one by one with 192 random bits each.
pub(super) struct Nonces {
    shared: [u8; 16],
    next: u64,
}

impl Nonces {
    pub(super) fn draw(entropy: &dyn Entropy) -> Result<Self, FieldError> {
        let (mut shared, mut start) = ([0; 16], [0; 8]);
        let mut drawn = [0; XNONCE_LEN];
        entropy.fill(&mut drawn)?;
        shared.copy_from_slice(&drawn[..16]);
        start.copy_from_slice(&drawn[16..]);
        Ok(Self { shared, next: u64::from_be_bytes(start) })
    }

    /// One that was not given out before: no slice has the 2⁶⁴ fields after which they would begin again.
    pub(super) fn next(&mut self) -> [u8; XNONCE_LEN] {
        let mut nonce = [0; XNONCE_LEN];
        nonce[..16].copy_from_slice(&self.shared);
        nonce[16..].copy_from_slice(&self.next.to_be_bytes());
        self.next = self.next.wrapping_add(1);
        nonce
    }
}

/// The cipher that was made last, for neighbours whose nonces share the 16 bytes from which HChaCha20 makes it.
#[derive(Default)]
struct Subkey(Option<(KeyId, [u8; 16], ChaCha20Poly1305)>);

impl Subkey {
    /// What [`xchacha`] gives for `key`, of the one ring that a batch sees, and `nonce`.
    fn cipher(&mut self, key: &RingKey, nonce: &[u8; XNONCE_LEN]) -> (&ChaCha20Poly1305, [u8; 12]) {
        let (mut shared, mut short) = ([0; 16], [0; 12]);
        shared.copy_from_slice(&nonce[..16]);
        short[4..].copy_from_slice(&nonce[16..]);
        let last = self.0.take().filter(|(id, last, _)| *id == key.id() && *last == shared);
        let (_, _, cipher) =
            self.0.insert(last.unwrap_or_else(|| (key.id(), shared, xchacha(key.field_key(), nonce).0)));
        (cipher, short)
    }
}
