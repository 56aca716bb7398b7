//! A key under another key.

use super::{ObjectId, ObjectKey};
use std::fmt;
use stockade_core::Problem;
use zeroize::Zeroizing;

/// Wraps the keys of objects, so that the key store alone opens nothing.
///
/// An implementation is an authenticated cipher that binds the object's id: a wrap that is moved to another object must not
/// open. It may keep its key in memory or ask a key management service; `stockade-flows` implements it over any
/// `stockade_core::Seal`, such as the key ring of `stockade-crypto-at-rest`. It must not remember keys that it has unwrapped:
/// what it remembers is not erased.
///
/// Calls are made from async code and must be quick; one that goes over a network belongs behind an implementation that has a
/// bounded wait.
pub trait KeyWrap: Send + Sync + fmt::Debug {
    /// Wraps `key` so that only the same `object` unwraps it. Twice is two different wraps.
    ///
    /// # Errors
    /// [`WrapError::Unavailable`] without a key or randomness.
    fn wrap(&self, object: &ObjectId, key: &ObjectKey) -> Result<Wrap, WrapError>;

    /// Unwraps what [`wrap`](Self::wrap) gave for the same `object`.
    ///
    /// # Errors
    /// [`WrapError::Refused`] for another object, another or destroyed wrapping key and altered bytes alike.
    fn unwrap(&self, object: &ObjectId, wrap: &Wrap) -> Result<ObjectKey, WrapError>;
}

/// A wrapped key: at most [`MAX_LEN`](Self::MAX_LEN) bytes, wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Wrap(Zeroizing<Vec<u8>>);

impl Wrap {
    /// The most bytes: room for a wrap of a key management service (AWS KMS and Vault transit stay below 300), and little enough
    /// that a database keeps it within one page.
    pub const MAX_LEN: usize = 512;

    /// Takes `bytes` over.
    ///
    /// # Errors
    /// [`WrapError::Length`] for none, or more than [`MAX_LEN`](Self::MAX_LEN).
    pub fn new(bytes: Vec<u8>) -> Result<Self, WrapError> {
        let bytes = Zeroizing::new(bytes);
        if bytes.is_empty() || bytes.len() > Self::MAX_LEN { Err(WrapError::Length) } else { Ok(Self(bytes)) }
    }

    /// The bytes, for a store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Wrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wrap({} bytes)", self.0.len())
    }
}

/// Why a key was not wrapped or unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrapError {
    /// It does not unwrap: altered, of another object, or the wrapping key is another or gone.
    #[error("the wrapped key does not open")]
    Refused,
    /// There is no wrapping key or no randomness just now.
    #[error("no key is available to wrap with")]
    Unavailable,
    /// Empty, or longer than a store keeps.
    #[error("a wrapped key has 1 to {} bytes", Wrap::MAX_LEN)]
    Length,
}

impl From<&WrapError> for Problem {
    fn from(error: &WrapError) -> Self {
        match error {
            WrapError::Unavailable => Self::unavailable(),
            WrapError::Refused | WrapError::Length => Self::internal(),
        }
    }
}
