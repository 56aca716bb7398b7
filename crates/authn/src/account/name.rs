//! How people want to be called.

use std::fmt;
use stockade_core::Problem;

/// A name for display: 1 to 100 characters of any script, without control characters. Not an identifier: names repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

/// The text cannot be shown as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to {} characters, none of them control characters", DisplayName::MAX_CHARS)]
pub struct InvalidName;

impl DisplayName {
    /// The most characters.
    pub const MAX_CHARS: usize = 100;

    /// Reads a name; surrounding white space is not part of it.
    ///
    /// # Errors
    /// It is empty, too long, or has control characters.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let name = text.trim();
        let fits = !name.is_empty()
            && name.len() <= Self::MAX_CHARS * 4
            && name.chars().count() <= Self::MAX_CHARS
            && !name.chars().any(char::is_control);
        if fits { Ok(Self(name.to_owned())) } else { Err(InvalidName) }
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<InvalidName> for Problem {
    fn from(error: InvalidName) -> Self {
        Self::invalid_field("name", "invalid", error.to_string())
    }
}
