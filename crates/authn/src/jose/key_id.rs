//! The name of a key.

use super::KeyError;
use std::fmt;
use std::sync::Arc;

/// A key's name, the `kid` of a token: 1 to 128 visible ASCII characters. Only ever compared with configured names; never a
/// path, a URL or a query.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(Arc<str>);

impl KeyId {
    /// The most bytes of a name.
    pub const MAX_LEN: usize = 128;

    /// Checks `id` and takes it over.
    ///
    /// # Errors
    /// It is empty, too long, or not visible ASCII.
    pub fn new(id: &str) -> Result<Self, KeyError> {
        let fits = !id.is_empty() && id.len() <= Self::MAX_LEN && id.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(id.into())) } else { Err(KeyError::KeyId) }
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({})", self.0)
    }
}
