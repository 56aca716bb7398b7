//! Legal hold: what must not be erased yet.

use super::InvalidName;
use super::text::check;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use stockade_core::UnixMillis;

/// The name of a hold, such as `case-2031`: 1 to 64 bytes of `a–z 0–9 . _ -`. Stands in answers and events; no personal data.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldName(Arc<str>);

impl HoldName {
    /// The most bytes of a name.
    pub const MAX_LEN: usize = 64;

    /// Checks `text` and takes it over.
    ///
    /// # Errors
    /// It is empty, too long, or leaves the alphabet.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidName> {
        let text = text.as_ref();
        check(text, "the name of a hold", Self::MAX_LEN, |c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-')
        })?;
        Ok(Self(text.into()))
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HoldName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Self::new(text)
    }
}

impl fmt::Display for HoldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for HoldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HoldName({})", self.0)
    }
}

impl serde::Serialize for HoldName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for HoldName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(text).map_err(serde::de::Error::custom)
    }
}

/// One reason not to erase an object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hold {
    /// By which it is released again.
    pub name: HoldName,
    /// For people: one line.
    pub reason: String,
    /// Since when.
    pub since: UnixMillis,
}

impl Hold {
    /// The most bytes of a reason.
    pub const MAX_REASON: usize = 256;

    /// The most holds on one object at once: more than a matter has authorities, and little enough to be read with each erasure.
    pub const MAX_ON_OBJECT: usize = 16;

    /// A hold that begins at `since`.
    ///
    /// # Errors
    /// The reason is empty, too long, or has control characters.
    pub fn new(name: HoldName, reason: impl Into<String>, since: UnixMillis) -> Result<Self, InvalidName> {
        let reason = reason.into();
        check(&reason, "the reason of a hold", Self::MAX_REASON, |c| !c.is_control())?;
        Ok(Self { name, reason, since })
    }
}
