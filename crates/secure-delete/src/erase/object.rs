//! What has a key of its own.

use super::InvalidName;
use super::text::{check, hex_digest};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The name of an object with a key of its own: 1 to 255 bytes of visible ASCII, compared byte for byte.
///
/// An opaque id such as a UUID, or a path of such ids (`tenant/patient/image`). Never a name of a person: it stays in the key
/// store as a tombstone after the object is gone. An id is used once, for ever.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(Arc<str>);

impl ObjectId {
    /// The most bytes of an id.
    pub const MAX_LEN: usize = 255;

    /// Checks `text` and takes it over.
    ///
    /// # Errors
    /// It is empty, too long, or has a character outside visible ASCII.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidName> {
        let text = text.as_ref();
        check(text, "an object id", Self::MAX_LEN, |c| c.is_ascii_graphic())?;
        Ok(Self(text.into()))
    }

    /// The id itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a receipt calls it.
    #[must_use]
    pub fn digest(&self) -> ObjectDigest {
        let digest =
            Sha256::new_with_prefix(b"stockade/secure-delete/object/v1\0").chain_update(self.as_str());
        ObjectDigest::from_bytes(digest.finalize().into())
    }
}

impl FromStr for ObjectId {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Self::new(text)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({})", self.0)
    }
}

hex_digest! {
    /// SHA-256 of an object's id, in hexadecimal: by it a receipt can be matched with an id that somebody has, and an id of
    /// enough chance (a random UUID) not be found from the receipt. An id that can be guessed can be found by guessing.
    ObjectDigest, 32, "an object digest"
}
