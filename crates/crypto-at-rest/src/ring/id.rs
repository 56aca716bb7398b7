//! The name of a key.

use std::fmt;
use std::str::FromStr;

/// A key's number within its ring: 1 for the first, one more at each rotation, never given twice.
///
/// No secret: it stands in the clear before everything that the key sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct KeyId(u32);

impl KeyId {
    /// The id of a ring's first key.
    pub(crate) const FIRST: Self = Self(1);

    /// The id with this number, as read from an envelope. Whether a ring has such a key is another question.
    #[must_use]
    pub const fn from_u32(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn as_u32(self) -> u32 {
        self.0
    }

    /// The id after this one, if there is one.
    pub(crate) fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for KeyId {
    type Err = InvalidKeyId;

    /// Reads decimal digits without sign or leading zero: one id has one spelling.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        crate::kdf::decimal(text).and_then(|number| u32::try_from(number).ok()).map(Self).ok_or(InvalidKeyId)
    }
}

/// The text is no key id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key id is a decimal number below 2^32, without sign or leading zero")]
pub struct InvalidKeyId;
