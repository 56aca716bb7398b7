//! Why a key is not to be had, or a ring not to be changed.

use super::KeyId;
use stockade_core::{EntropyError, Problem};

/// The ring cannot give this key. For the operator: whoever asks from outside learns only that something did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// No key of this ring ever had the id.
    #[error("the ring has no key `{0}`")]
    Unknown(KeyId),
    /// The key was destroyed, and with it what it sealed.
    #[error("key `{0}` was destroyed")]
    Destroyed(KeyId),
}

impl From<&KeyError> for Problem {
    fn from(_: &KeyError) -> Self {
        Self::internal()
    }
}

/// The ring was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RingError {
    /// There is no such key, or no longer.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The active key cannot be destroyed: rotate first.
    #[error("key `{0}` is the active one: rotate before destroying it")]
    Active(KeyId),
    /// The ring has as many keys as it may: [`KeyRing::MAX_LIVE`](super::KeyRing::MAX_LIVE) with a secret or
    /// [`KeyRing::MAX_KEYS`](super::KeyRing::MAX_KEYS) in all.
    #[error("the ring is full: {live} keys with a secret, {total} in all")]
    Full {
        /// Keys that still have a secret.
        live: usize,
        /// All keys, the destroyed ones included.
        total: usize,
    },
    /// The system gave no randomness for a key.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl From<&RingError> for Problem {
    fn from(error: &RingError) -> Self {
        match error {
            RingError::Entropy(_) => Self::unavailable(),
            _ => Self::internal(),
        }
    }
}
