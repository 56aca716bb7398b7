//! Where what lies in a payload whose length is known.

use super::{CHUNK, SEALED_CHUNK};
use crate::backend::TAG_LEN;

/// How a payload of known length is cut into chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Octets of plaintext.
    pub(crate) plain: u64,
    /// Octets of all chunks with their tags.
    pub(crate) sealed: u64,
    /// How many chunks; at least one.
    pub(crate) chunks: u64,
}

impl Layout {
    /// Of so many octets of plaintext; `None` where the sealed length is no `u64`.
    pub(crate) fn of_plain(plain: u64) -> Option<Self> {
        let chunks = plain.div_ceil(CHUNK as u64).max(1);
        let sealed = plain.checked_add(chunks.checked_mul(TAG_LEN as u64)?)?;
        Some(Self { plain, sealed, chunks })
    }

    /// Of so many octets of chunks; `None` for a length that no payload has.
    pub(crate) fn of_sealed(sealed: u64) -> Option<Self> {
        let chunks = sealed.div_ceil(SEALED_CHUNK as u64);
        let plain = sealed.checked_sub(chunks.checked_mul(TAG_LEN as u64)?)?;
        (chunks > 0 && Self::of_plain(plain)?.sealed == sealed).then_some(Self { plain, sealed, chunks })
    }

    /// The number of the chunk that ends the payload.
    pub(crate) fn last(&self) -> u64 {
        self.chunks - 1
    }

    /// How many octets, tag included, the chunk of this number has; none past the end.
    pub(crate) fn sealed_len(&self, index: u64) -> usize {
        let start = index.saturating_mul(SEALED_CHUNK as u64);
        let rest = self.sealed.saturating_sub(start).min(SEALED_CHUNK as u64);
        usize::try_from(rest).unwrap_or(SEALED_CHUNK)
    }
}
