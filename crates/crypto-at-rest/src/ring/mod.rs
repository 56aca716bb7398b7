//! The keys: which one seals, which ones still open, which are gone.
//!
//! A [`KeyRing`] has exactly one active key, with which everything new is sealed, and any number of decrypt-only keys, which
//! still open what they sealed. [`rotate`](KeyRing::rotate) draws a new active key and retires the old one to decrypt-only:
//! the two overlap for as long as anything sealed by the old one is left. [`destroy`](KeyRing::destroy) ends that: the secret is
//! gone, its name, times and commitment stay as a tombstone, and its id is never given again.
//!
//! A ring is a value. [`Keys`] is the handle that a running service shares: reading costs some nanoseconds, and
//! [`replace`](Keys::replace) puts a newer ring in its place for everybody at once, but never an older one.
//!
//! On disk a ring is a [`KeyRingFile`], sealed under a password or by a [`KeyWrapper`](wrap::KeyWrapper).
//!
//! ```
//! use stockade_core::{Secret, SystemClock, SystemEntropy};
//! use stockade_crypto_at_rest::kdf::PasswordKdf;
//! use stockade_crypto_at_rest::ring::{KeyRing, KeyRingFile, Keys, Unlock};
//!
//! # let folder = tempfile::tempdir()?;
//! let (entropy, clock) = (SystemEntropy, SystemClock::new());
//! let file = KeyRingFile::at(folder.path().join("keys.toml"));
//! let passphrase = Secret::new(String::from("correct horse battery staple"));
//! let unlock = Unlock::Passphrase(passphrase, PasswordKdf::argon2id(19 * 1024, 2, 1)?);
//! file.create(&mut KeyRing::generate(&entropy, &clock)?, &unlock, &entropy)?;
//!
//! let mut ring = file.open(&unlock)?;
//! let keys = Keys::new(ring.clone());
//! let second = ring.rotate(&entropy, &clock)?;
//! file.save(&mut ring, &unlock, &entropy)?;
//! let _ = keys.reload(&file, &unlock)?;
//! assert_eq!(keys.current().active().id(), second);
//!
//! let wrong = Unlock::passphrase(Secret::new(String::from("correct horse")));
//! assert!(keys.reload(&file, &wrong).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod destruction;
mod disk;
mod error;
mod file;
mod id;
mod info;
mod key;
mod key_ring;
mod keys;
mod sealed;
mod succession;
#[cfg(test)]
mod tests;
pub mod wrap;

pub use destruction::Destruction;
pub use disk::{DiskError, FileStamp};
pub use error::{KeyError, RingError};
pub use file::{KeyRingFile, KeyRingFileError, Reload};
pub use id::{InvalidKeyId, KeyId};
pub use info::{KeyInfo, KeyState};
pub use key::RingKey;
pub use key_ring::KeyRing;
pub use keys::Keys;
pub use sealed::{SealedRing, SealedRingError, Unlock};
pub use succession::Rollback;
