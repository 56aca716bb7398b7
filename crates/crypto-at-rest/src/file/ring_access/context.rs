//! What a file is for.

use std::collections::BTreeMap;

/// Names and values that a file was sealed for, such as `tenant` and `patient`. Nothing of it is stored: whoever opens the file
/// must say the same again, in any order, or it does not open.
///
/// ```
/// use stockade_crypto_at_rest::file::FileContext;
/// let one = FileContext::new().with("tenant", "acme").with("image", "7");
/// assert_eq!(one, FileContext::new().with("image", "7").with("tenant", "acme"));
/// assert_ne!(one, FileContext::new().with("tenant", "acme"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileContext(BTreeMap<String, String>);

impl FileContext {
    /// The empty context.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a name and its value. A name has one value: a later one takes the place of the earlier.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// The names and values, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The bytes that are bound: each name and value behind its length (64 bit, big-endian), names ascending by their bytes,
    /// so that no two contexts share an encoding.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in self.iter().flat_map(|(name, value)| [name, value]) {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

impl From<BTreeMap<String, String>> for FileContext {
    fn from(parts: BTreeMap<String, String>) -> Self {
        Self(parts)
    }
}
