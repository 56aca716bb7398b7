//! What a text says in other words: encoded, escaped, rotated, mirrored.
//!
//! Something points at each place that is worth decoding, so that the rest costs nothing: the [sentinel] at what begins like
//! base64, hexadecimal or an escape, the main automaton at the beginning of a term in rot13 or backwards. From there a decoder reads on
//! as long as what it reads decodes to printable UTF-8, and what it says is scanned like any text, once more decoded if it asks for that
//! (so that base64 of rot13 is seen, but no third layer).

mod base64;
mod decoders;
mod entity;
mod escape;
mod hex;
mod mirror;
mod nested;
mod origins;
mod sentinel;
mod slot;

pub(crate) use decoders::Decoders;
pub(crate) use mirror::rot13;
pub(crate) use sentinel::{ESCAPE, Found, Sentinel, Signal, begins_escape};

/// How many layers of encoding are undone.
pub(crate) const MAX_DEPTH: u8 = 2;

/// What points at something to decode; one decoder for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lure {
    Base64,
    Hex,
    Escape,
    Rot13,
    Mirror,
    MirrorWords,
}

impl Lure {
    pub(crate) const ALL: [Self; 6] =
        [Self::Base64, Self::Hex, Self::Escape, Self::Rot13, Self::Mirror, Self::MirrorWords];
}

/// Whether a decoded byte may be part of a text: no control but white space, nor DEL. Whether it is UTF-8 shows later.
pub(crate) const fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r' | 0x80..)
}
