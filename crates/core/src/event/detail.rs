//! One more fact about an event.

use crate::text::one_line;
use std::fmt::Display;

/// A fact of an event: a number, a flag, or a short text.
///
/// Text is cut to [`Detail::MAX_TEXT`] characters and freed of control characters, so that one event can neither fill the
/// log nor forge a line of it (ASVS 16.4.1). A secret type has no `Display` and so cannot become a detail.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Detail {
    /// Yes or no.
    Flag(bool),
    /// A count or a size.
    Number(i64),
    /// A short text.
    Text(String),
}

impl Detail {
    /// The most characters kept of a text.
    pub const MAX_TEXT: usize = 256;

    /// A short text.
    pub fn text(value: impl Display) -> Self {
        Self::Text(one_line(value.to_string(), Self::MAX_TEXT))
    }
}

impl From<&str> for Detail {
    fn from(value: &str) -> Self {
        Self::text(value)
    }
}

impl From<String> for Detail {
    fn from(value: String) -> Self {
        Self::text(value)
    }
}

impl From<bool> for Detail {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<i64> for Detail {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<u64> for Detail {
    fn from(value: u64) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Detail {
    fn from(value: usize) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}
