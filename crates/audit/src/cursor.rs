//! Where a reader stopped.

use crate::Sequence;
use base64ct::{Base64UrlUnpadded, Encoding};
use std::fmt;
use std::str::FromStr;
use stockade_core::Problem;

/// Where a reader stopped, as a short text that survives a round trip through a client.
///
/// Opaque: twelve characters of base64url over a version byte and a position; the form may change with the version. It carries
/// no authority and no filter. Whoever forges one reads the same log from another place, under the permission check that
/// every page must pass anyway, so it is not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cursor(Sequence);

impl Cursor {
    /// The length of the text.
    pub const LEN: usize = 12;

    const VERSION: u8 = 1;

    /// The cursor after which come the events older than `sequence`.
    #[must_use]
    pub fn before(sequence: Sequence) -> Self {
        Self(sequence)
    }

    /// The oldest event already read: the next page starts right below.
    #[must_use]
    pub fn sequence(self) -> Sequence {
        self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [Self::VERSION; 9];
        bytes[1..].copy_from_slice(&self.0.as_u64().to_be_bytes());
        f.write_str(&Base64UrlUnpadded::encode_string(&bytes))
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != Self::LEN {
            return Err(InvalidCursor::Length);
        }
        let mut bytes = [0; 9];
        Base64UrlUnpadded::decode(text, &mut bytes).map_err(|_| InvalidCursor::Encoding)?;
        let [version, position @ ..] = bytes;
        if version != Self::VERSION {
            return Err(InvalidCursor::Version);
        }
        Sequence::new(u64::from_be_bytes(position)).map(Self).ok_or(InvalidCursor::Position)
    }
}

impl serde::Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is no cursor. The text itself is not repeated: it came from the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCursor {
    /// Not [`Cursor::LEN`] bytes.
    #[error("a cursor has {} characters", Cursor::LEN)]
    Length,
    /// Not base64url.
    #[error("the cursor is not base64url")]
    Encoding,
    /// Made by another version of this crate.
    #[error("the cursor has an unknown version")]
    Version,
    /// A position that no event can have.
    #[error("the cursor points outside every log")]
    Position,
}

impl From<&InvalidCursor> for Problem {
    fn from(_: &InvalidCursor) -> Self {
        Self::invalid_field("cursor", "invalid_cursor", "start again without a cursor")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(version: u8, position: u64) -> String {
        let mut bytes = vec![version];
        bytes.extend_from_slice(&position.to_be_bytes());
        Base64UrlUnpadded::encode_string(&bytes)
    }

    #[test]
    fn hostile_cursors_are_refused_by_name() {
        assert_eq!("".parse::<Cursor>(), Err(InvalidCursor::Length));
        assert_eq!("A".repeat(8_000_000).parse::<Cursor>(), Err(InvalidCursor::Length));
        assert_eq!("AQAAAAAAAA=='".parse::<Cursor>(), Err(InvalidCursor::Length));
        assert_eq!("' OR 1=1 -- ".parse::<Cursor>(), Err(InvalidCursor::Encoding));
        assert_eq!(text_of(2, 7).parse::<Cursor>(), Err(InvalidCursor::Version));
        assert_eq!(text_of(1, 0).parse::<Cursor>(), Err(InvalidCursor::Position));
        assert_eq!(text_of(1, u64::MAX).parse::<Cursor>(), Err(InvalidCursor::Position));
        assert_eq!(Problem::from(&InvalidCursor::Position).fields()[0].field, "cursor");
    }

    proptest! {
        #[test]
        fn cursors_survive_a_round_trip(number in 1..=Sequence::MAX) {
            let cursor = Cursor::before(Sequence::new(number).unwrap());
            prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
        }

        #[test]
        fn a_cursor_has_one_spelling(text in "[A-Za-z0-9_-]{12}|.{0,16}") {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert_eq!(cursor.to_string(), text);
            }
        }
    }
}
