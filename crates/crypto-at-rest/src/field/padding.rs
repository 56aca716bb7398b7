//! Hiding how long a text is.
//!
//! A padded text is the text, zeros, and the text's length (32 bit, big-endian): the length stands at the end so that neither
//! sealing nor opening moves the text.

use std::num::NonZeroU16;

const TRAILER: usize = 4;

/// To which length the texts of a column are filled up before they are sealed, each with four bytes for its own length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Padding {
    /// To none: the envelope shows the text's length. Fit for what always has the same length, and the least bytes.
    #[default]
    None,
    /// To a multiple of so many bytes. With a block that most texts fit into, most envelopes have one length.
    Block(NonZeroU16),
    /// To one of few lengths, by at most 12 %, less for longer texts: of a text of L bytes only O(log log L) bits of its length
    /// show. Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PETS 2019, section 4.
    Padme,
}

impl Padding {
    /// [`Padding::Block`] of 64 bytes: names, e-mail addresses and phone numbers, all of one length.
    pub const SHORT_TEXT: Self = Self::Block(NonZeroU16::new(64).expect("64 is not zero"));

    pub(super) const fn is_none(self) -> bool {
        matches!(self, Self::None)
    }

    /// How long a text of `text` bytes is with its padding.
    pub(super) fn padded_len(self, text: usize) -> usize {
        match self {
            Self::None => text,
            Self::Block(block) => (text + TRAILER).next_multiple_of(block.get().into()),
            Self::Padme => padme(text + TRAILER),
        }
    }
}

/// The longest that any field's text becomes: by the largest block. Padmé adds at most 32 KiB to so long a text.
pub(super) const MAX_PADDED: usize = super::MAX_TEXT + TRAILER + u16::MAX as usize;

/// The least length of Padmé that is not below `len`: its binary mantissa is no longer than its exponent.
fn padme(len: usize) -> usize {
    let Some(exponent) = len.checked_ilog2().filter(|exponent| *exponent > 0) else { return len };
    let mantissa = exponent.ilog2() + 1;
    len.next_multiple_of(1 << exponent.saturating_sub(mantissa))
}

/// Fills `buffer`, whose end is a text of `text` bytes, up to `padded` bytes more than stand before the text.
pub(super) fn fill(buffer: &mut Vec<u8>, text: usize, padded: usize) {
    buffer.resize(buffer.len() + padded.saturating_sub(text + TRAILER), 0);
    // `MAX_TEXT` is far below 2³²
    buffer.extend_from_slice(&u32::try_from(text).unwrap_or(u32::MAX).to_be_bytes());
}

/// How long the text in `padded` is. None if it was never filled up by [`fill`].
pub(super) fn text_len(padded: &[u8]) -> Option<usize> {
    let (rest, length) = padded.split_last_chunk::<TRAILER>()?;
    let text = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let zeros = rest.get(text..)?;
    zeros.iter().all(|byte| *byte == 0).then_some(text)
}
