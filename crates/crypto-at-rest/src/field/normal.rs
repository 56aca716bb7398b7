//! Which values count as equal.

use std::borrow::Cow;
use zeroize::Zeroizing;

/// How a value is written down before it is indexed: what normalises to the same is found by the same search.
///
/// Part of the index's key, so that a change of it misses every row until the index is rebuilt, instead of some. None of them
/// composes or decomposes characters: normalise to NFC before if texts come from several sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Normal {
    /// As it is.
    Exact,
    /// White space at both ends removed.
    Trimmed,
    /// White space at both ends removed, and each character in lower case as Unicode has it, whatever the language.
    CaseFolded,
    /// Only its ASCII digits and letters, in lower case: `AB-12 34` and `ab1234`. For record, card and phone numbers.
    Alphanumeric,
}

impl Normal {
    /// A number for each, part of the index's key: never change one.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Exact => 0,
            Self::Trimmed => 1,
            Self::CaseFolded => 2,
            Self::Alphanumeric => 3,
        }
    }

    /// `value` as it is indexed, in memory that is wiped.
    pub(super) fn apply(self, value: &str) -> Zeroizing<String> {
        let normal: Cow<'_, str> = match self {
            Self::Exact => value.into(),
            Self::Trimmed => value.trim().into(),
            Self::CaseFolded => lower(value.trim()).into(),
            Self::Alphanumeric => {
                let mut kept = String::with_capacity(value.len());
                kept.extend(
                    value.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()),
                );
                kept.into()
            }
        };
        Zeroizing::new(normal.into_owned())
    }
}

/// Three bytes for each at most, as many as the longest lower case of a character takes: the buffer does not move.
fn lower(value: &str) -> String {
    let mut lower = String::with_capacity(3 * value.len());
    lower.extend(value.chars().flat_map(char::to_lowercase));
    lower
}
