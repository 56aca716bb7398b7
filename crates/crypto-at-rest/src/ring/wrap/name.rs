//! A wrapper's name in a file.

use super::WrapError;
use std::fmt;
use std::str::FromStr;

/// The name under which a file remembers its wrapper: 1 to 128 of `A–Z a–z 0–9 . _ : / @ -`. It fits a URL's path and a KMS's
/// resource name, and leaves nothing with which a line of the file could be forged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapperName(String);

impl WrapperName {
    /// The most octets of a name.
    pub const MAX_LEN: usize = 128;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WrapperName {
    type Err = WrapError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/@-".contains(&byte);
        if name.is_empty() || name.len() > Self::MAX_LEN || !name.bytes().all(allowed) {
            return Err(WrapError::Name);
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for WrapperName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
