//! Room in a header, so that other recipients fit in later without moving the payload.

use super::stanza::Stanza;

/// The type of the stanza that fills the room. Nobody unwraps it; age passes over it as over any unknown type.
pub(in crate::file) const PAD_KIND: &str = "stockade.pad/v1";
/// Octets of the shortest padding with an argument: `-> stockade.pad/v1 .` and two line feeds.
const SHORTEST: usize = 3 + PAD_KIND.len() + 1 + 1 + 1 + 1;

/// How long a header is made.
///
/// A header with room can be rewrapped in place: a few milliseconds, whatever the size of the file. Room also hides how many
/// recipients there are. scrypt forbids any company, so its headers have no room; they are all of one length anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HeaderRoom {
    /// As long as its stanzas.
    #[default]
    None,
    /// Padded to the next multiple of so many bytes. 4096, a block of most disks, holds about 40 X25519 recipients.
    Multiple(u32),
    /// Padded to exactly so many bytes, or not at all where that is impossible: its stanzas are longer, or would leave a gap
    /// below the 22 bytes of the shortest padding.
    Exactly(u32),
}

impl HeaderRoom {
    /// The padding for a header of `len` bytes so far.
    pub(super) fn padding(self, len: usize) -> Option<Stanza> {
        let missing = match self {
            Self::None | Self::Multiple(0) => return None,
            Self::Multiple(step) => {
                let step = step as usize;
                let missing = len.next_multiple_of(step) - len;
                if missing == 0 || missing >= SHORTEST {
                    missing
                } else {
                    (len + SHORTEST).next_multiple_of(step) - len
                }
            }
            Self::Exactly(total) => (total as usize).saturating_sub(len),
        };
        let filler = missing.checked_sub(SHORTEST)? + 1;
        Some(Stanza::known(PAD_KIND, vec![".".repeat(filler)], Vec::new()))
    }
}
