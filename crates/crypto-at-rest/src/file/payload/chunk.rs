//! One chunk, sealed or opened in its place.

use crate::backend::{ChaCha20Poly1305, Refused, TAG_LEN};
use stockade_core::Secret;
use zeroize::Zeroize;

/// Octets of plaintext in every chunk but the last (age v1, "Payload").
pub(crate) const CHUNK: usize = 64 * 1024;
/// Octets of a full chunk with its tag.
pub(crate) const SEALED_CHUNK: usize = CHUNK + TAG_LEN;

/// Whether more chunks follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Inner,
    Last,
}

/// The key of one payload, ready for use.
pub(crate) struct ChunkCipher(ChaCha20Poly1305);

impl ChunkCipher {
    pub(crate) fn new(key: &Secret<[u8; 32]>) -> Self {
        Self(ChaCha20Poly1305::new(key.expose()))
    }

    /// Encrypts all of `buffer` but its last 16 bytes, which receive the tag.
    pub(crate) fn seal(&self, index: u64, place: Place, buffer: &mut [u8]) -> Result<(), Refused> {
        if !fits(index, place, buffer.len()) {
            return Err(Refused);
        }
        self.0.seal_in_place(nonce(index, place), &[], buffer)
    }

    /// Decrypts `buffer` and returns the plaintext in it. What does not open is wiped.
    pub(crate) fn open<'a>(
        &self,
        index: u64,
        place: Place,
        buffer: &'a mut [u8],
    ) -> Result<&'a mut [u8], Refused> {
        if !fits(index, place, buffer.len()) {
            buffer.zeroize();
            return Err(Refused);
        }
        self.0.open_in_place(nonce(index, place), &[], buffer)
    }
}

/// A chunk is full unless it is the last, and empty only if it is all there is.
fn fits(index: u64, place: Place, len: usize) -> bool {
    match place {
        Place::Inner => len == SEALED_CHUNK,
        Place::Last if index == 0 => (TAG_LEN..=SEALED_CHUNK).contains(&len),
        Place::Last => (TAG_LEN + 1..=SEALED_CHUNK).contains(&len),
    }
}

/// Eleven octets of the chunk's number, most significant first, and one that is 1 on the last chunk.
pub(super) fn nonce(index: u64, place: Place) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&index.to_be_bytes());
    nonce[11] = u8::from(place == Place::Last);
    nonce
}
