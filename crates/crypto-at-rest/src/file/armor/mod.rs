//! ASCII armour: a file as text, for channels that carry nothing else (RFC 7468, section 3, label `AGE ENCRYPTED FILE`).
//!
//! Armour has one spelling: lines of 64 columns, canonical base64 with padding. Lines may end in CRLF, the last one need not
//! end at all, and lines of nothing but white space may stand before and after. Everything else is refused.

mod detect;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use detect::MaybeArmored;
pub use reader::ArmorReader;
pub use writer::ArmorWriter;

use std::io;

const BEGIN: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const END: &[u8] = b"-----END AGE ENCRYPTED FILE-----";
/// Columns of a full line.
const COLUMNS: usize = 64;
/// Octets that a full line holds.
const LINE_LEN: usize = 48;
/// Lines that are decoded or encoded at a time.
const BATCH: usize = 128;
/// The most white space before or after the armour, in bytes. age allows as much.
const MAX_WHITESPACE: usize = 1024;

/// Armour that is not as it must be. Reading gives it inside an [`io::Error`] of kind
/// [`InvalidData`](io::ErrorKind::InvalidData); [`from_io`](Self::from_io) finds it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArmorError {
    /// The first line is another.
    #[error("the armor does not begin as it must")]
    Begin,
    /// A line is too long, empty, short before the end, or not canonical base64.
    #[error("a line of the armor is not 64 columns of canonical base64")]
    Line,
    /// The end line is missing or wrong.
    #[error("the armor does not end as it must")]
    End,
    /// Something stands behind the armour.
    #[error("something follows the armor")]
    Trailing,
    /// More white space around the armour than 1,024 bytes.
    #[error("too much white space around the armor")]
    Whitespace,
}

impl ArmorError {
    /// The armour error that `error` carries, if it does.
    #[must_use]
    pub fn from_io(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl From<ArmorError> for io::Error {
    fn from(error: ArmorError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}
