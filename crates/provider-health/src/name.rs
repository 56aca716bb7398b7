//! What a provider is called.

use std::fmt;
use std::sync::Arc;

/// A provider's name in events, statistics and shared records; 1 to 64 bytes of `A–Z a–z 0–9 . _ -`.
///
/// The alphabet leaves nothing with which a log line, a metric label or a store's key could be forged.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderName(Arc<str>);

/// Why a text cannot be a provider's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing was given.
    #[error("a provider's name is empty")]
    Empty,
    /// Longer than [`ProviderName::MAX_LEN`].
    #[error("a provider's name is longer than 64 bytes")]
    TooLong,
    /// Something else than `A–Z a–z 0–9 . _ -`.
    #[error("a provider's name has a character outside its alphabet")]
    Character,
}

impl ProviderName {
    /// The most bytes that a name has.
    pub const MAX_LEN: usize = 64;

    /// Checks `text` and takes it over.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn new(text: impl AsRef<str>) -> Result<Self, NameError> {
        let text = text.as_ref();
        if text.is_empty() {
            Err(NameError::Empty)
        } else if text.len() > Self::MAX_LEN {
            Err(NameError::TooLong)
        } else if !text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')) {
            Err(NameError::Character)
        } else {
            Ok(Self(text.into()))
        }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderName({})", self.0)
    }
}

impl std::str::FromStr for ProviderName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl serde::Serialize for ProviderName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for ProviderName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asvs_v2_2_1_a_name_is_bounded_and_forges_no_log_line() {
        assert_eq!(ProviderName::new("eu-1.openai").unwrap().as_str(), "eu-1.openai");
        assert_eq!(ProviderName::new(""), Err(NameError::Empty));
        assert_eq!(ProviderName::new("x".repeat(65)), Err(NameError::TooLong));
        for hostile in ["a b", "a\nlevel=info", "a:b", "ä", "a{x=\"1\"}"] {
            assert_eq!(ProviderName::new(hostile), Err(NameError::Character), "{hostile}");
        }
    }
}
