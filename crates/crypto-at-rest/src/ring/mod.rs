//! The keys: which one seals, which ones still open, which are gone.
//!
//! A [`KeyRing`] has exactly one active key, with which everything new is sealed, and any number of decrypt-only keys, which
//! still open what they sealed. [`rotate`](KeyRing::rotate) draws a new active key and retires the old one to decrypt-only:
//! the two overlap for as long as anything sealed by the old one is left. [`destroy`](KeyRing::destroy) ends that: the secret is
//! gone, its name, times and commitment stay as a tombstone, and its id is never given again.
//!
//! A ring is a value. [`Keys`] is the handle that a running service shares: reading costs some nanoseconds, and
//! [`replace`](Keys::replace) puts a newer ring in its place for everybody at once, but never an older one.

mod destruction;
mod error;
mod id;
mod info;
mod key;
mod key_ring;
mod keys;
mod succession;
#[cfg(test)]
mod tests;

pub use destruction::Destruction;
pub use error::{KeyError, RingError};
pub use id::{InvalidKeyId, KeyId};
pub use info::{KeyInfo, KeyState};
pub use key::RingKey;
pub use key_ring::KeyRing;
pub use keys::Keys;
pub use succession::Rollback;
