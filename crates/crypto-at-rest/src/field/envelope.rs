//! The bytes of a sealed field: see "Field envelope" in `SPEC.md`.

use super::{FieldContext, FieldError};
use crate::backend::{TAG_LEN, XNONCE_LEN};
use crate::ring::{KeyId, RingKey};
use subtle::ConstantTimeEq;

/// How many bytes an envelope is longer than its text: 78. Padding comes on top.
pub const OVERHEAD: usize = HEADER_LEN + TAG_LEN;

/// Version, flags, key id, commitment, nonce.
pub(super) const HEADER_LEN: usize = PREFIX_LEN + COMMITMENT_LEN + XNONCE_LEN;

/// Version, flags, key id: what the associated data repeats.
const PREFIX_LEN: usize = 6;
const COMMITMENT_LEN: usize = 32;

/// XChaCha20-Poly1305 with a commitment by HKDF-SHA256.
const VERSION: u8 = 1;

/// Begins the associated data: no other room's, and no other format of this one.
const LABEL: &[u8; 14] = b"stockade.field";

/// What a reader must know beside the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flags(u8);

impl Flags {
    const PADDED: u8 = 1;
    const DETERMINISTIC: u8 = 1 << 1;

    pub(super) fn of(context: &FieldContext<'_>) -> Self {
        let padded = if context.padding().is_none() { 0 } else { Self::PADDED };
        let deterministic = if context.is_deterministic() { Self::DETERMINISTIC } else { 0 };
        Self(padded | deterministic)
    }

    pub(super) fn is_padded(self) -> bool {
        self.0 & Self::PADDED != 0
    }

    pub(super) fn is_deterministic(self) -> bool {
        self.0 & Self::DETERMINISTIC != 0
    }
}

/// An envelope's parts. Well-formed; whether it opens is another question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Envelope<'a> {
    pub(super) flags: Flags,
    pub(super) key: KeyId,
    commitment: &'a [u8; COMMITMENT_LEN],
    pub(super) nonce: &'a [u8; XNONCE_LEN],
    /// Ciphertext and tag.
    pub(super) body: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// The most bytes that are looked at: a text of the greatest length, padded by the most.
    pub(super) const MAX_LEN: usize = OVERHEAD + super::padding::MAX_PADDED;

    /// Takes `sealed` apart. Refuses what is too short or too long, and versions and flags that are not known.
    pub(super) fn parse(sealed: &'a [u8]) -> Result<Self, FieldError> {
        if !(OVERHEAD..=Self::MAX_LEN).contains(&sealed.len()) {
            return Err(FieldError::NotAnEnvelope);
        }
        let parts = || {
            let (&[version, flags, k0, k1, k2, k3], rest) = sealed.split_first_chunk::<PREFIX_LEN>()?;
            let (commitment, rest) = rest.split_first_chunk()?;
            let (nonce, body) = rest.split_first_chunk()?;
            Some((version, flags, [k0, k1, k2, k3], commitment, nonce, body))
        };
        let (version, flags, key, commitment, nonce, body) = parts().ok_or(FieldError::NotAnEnvelope)?;
        if version != VERSION || flags & !(Flags::PADDED | Flags::DETERMINISTIC) != 0 {
            return Err(FieldError::Unsupported { version, flags });
        }
        let key = KeyId::from_u32(u32::from_be_bytes(key));
        Ok(Self { flags: Flags(flags), key, commitment, nonce, body })
    }

    /// Refuses a key other than the one that sealed, though it have the same id. In constant time.
    pub(super) fn check_key(&self, key: &RingKey) -> Result<(), FieldError> {
        if bool::from(self.commitment.ct_eq(key.commitment())) { Ok(()) } else { Err(FieldError::Refused) }
    }
}

/// The header of an envelope, and room for `body` more bytes.
pub(super) fn begin(flags: Flags, key: &RingKey, nonce: &[u8; XNONCE_LEN], body: usize) -> Vec<u8> {
    let mut envelope = Vec::with_capacity(HEADER_LEN + body);
    envelope.extend_from_slice(&prefix(flags, key.id()));
    envelope.extend_from_slice(key.commitment());
    envelope.extend_from_slice(nonce);
    envelope
}

fn prefix(flags: Flags, key: KeyId) -> [u8; PREFIX_LEN] {
    let [k0, k1, k2, k3] = key.as_u32().to_be_bytes();
    [VERSION, flags.0, k0, k1, k2, k3]
}

/// How much associated data stays on the stack: names of 20 bytes each and a row's UUID in text take 128.
const SHORT: usize = 192;

/// The associated data of one field: label, version, flags, key id; the kind of its context, how many parts that has, the length
/// of each (16 bit, big-endian), and the parts.
///
/// No two contexts give the same bytes, and none gives the beginning of another's: what comes first says how the rest is cut.
pub(super) struct Aad {
    short: [u8; SHORT],
    len: usize,
    long: Vec<u8>,
}

impl Aad {
    pub(super) fn new(flags: Flags, key: KeyId, context: &FieldContext<'_>) -> Self {
        let mut aad = Self { short: [0; SHORT], len: 0, long: Vec::new() };
        aad.put(LABEL);
        aad.put(&prefix(flags, key));
        // `FieldContext::check` bounds the number of parts and the length of each
        context.parts(|kind, parts| {
            aad.put(&[kind, parts.len() as u8]);
            parts.iter().for_each(|part| aad.put(&(part.len() as u16).to_be_bytes()));
            parts.iter().for_each(|part| aad.put(part));
        });
        aad
    }

    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        if self.long.is_empty() {
            if let Some(place) = self.short.get_mut(self.len..end) {
                place.copy_from_slice(bytes);
                self.len = end;
                return;
            }
            self.long.extend_from_slice(&self.short[..self.len]);
        }
        self.long.extend_from_slice(bytes);
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        if self.long.is_empty() { &self.short[..self.len] } else { &self.long }
    }
}
