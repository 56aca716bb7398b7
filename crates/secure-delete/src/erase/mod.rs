//! Crypto-erasure: what is sealed under a key of its own is gone when that key is.
//!
//! Overwriting has to reach every copy of a large file on a medium that hides them. A key is 32 bytes, kept in one place, and
//! erasing it reaches every copy of the ciphertext at once: in backups, snapshots, on flash, on other machines. So it comes first,
//! and overwriting after it. NIST SP 800-88 counts it among the techniques of purging, under conditions that the last section repeats.
//!
//! 1. [`CryptoErasure::create`] draws the key of an object; what the object is sealed with is the application's choice.
//! 2. The key lies in an [`ObjectKeys`] store, wrapped by a [`KeyWrap`] whose own key should be **elsewhere**.
//! 3. [`CryptoErasure::erase_with`] asks for legal holds, erases the wrap, leaves a tombstone, deletes the [`Ciphertext`], and
//!    gives an [`ErasureReceipt`] for the audit log.
//! 4. [`CryptoErasure::expire`] does that with whatever is over its time, page by page.
//!
//! ```
//! # use std::sync::Arc;
//! # use stockade_core::{SystemClock, SystemEntropy};
//! # use stockade_secure_delete::erase::*;
//! # #[derive(Debug)] struct Plain;
//! # impl KeyWrap for Plain {
//! #     fn wrap(&self, _: &ObjectId, key: &ObjectKey) -> Result<Wrap, WrapError> { Wrap::new(key.expose().to_vec()) }
//! #     fn unwrap(&self, _: &ObjectId, wrap: &Wrap) -> Result<ObjectKey, WrapError> {
//! #         Ok(ObjectKey::from_bytes(wrap.as_bytes().try_into().map_err(|_| WrapError::Refused)?))
//! #     }
//! # }
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! # let wrap = Plain;
//! let store = Arc::new(MemoryObjectKeys::new());
//! let erasure = CryptoErasure::new(store, Arc::new(wrap), Arc::new(SystemClock::new()), Arc::new(SystemEntropy));
//! let scan: ObjectId = "ward-7/scan-1".parse()?;
//! let key = erasure.create(&scan, None).await?;
//! assert_eq!(erasure.key(&scan).await?, key);
//!
//! let receipt = erasure.erase(&scan).await?.into_result().map_err(|problem| problem.code().to_owned())?;
//! assert_eq!(receipt.key, key.fingerprint());
//! assert!(matches!(erasure.key(&scan).await, Err(EraseError::Erased(_))));
//! assert!(matches!(erasure.create(&scan, None).await, Err(EraseError::Erased(_))), "never again");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! ## When it holds
//!
//! - **The key was nowhere else.** Whoever was given it while it lived (a process's memory, a log, a hand-made copy) has it
//!   still. The same goes for plaintext.
//! - **The medium of the key store has the same problem in small.** Its file system, its backups and replicas may have the wrap.
//!   It opens only with the wrapping key: where that key lies beside the store, erasing protects against nobody who takes both.
//!   The receipt says what the store knows ([`MediumCaveat`]).
//! - **A restored backup of the key store brings keys back.** The tombstones went with what replaced them; the audit log has the
//!   receipts: [`CryptoErasure::standing`] compares them, and erasing again mends it. Keep backups of the key store for less long
//!   than erased things may come back.
//! - **The cipher holds.** A ciphertext that was copied today is tried again in twenty years.

mod ciphertext;
mod crypto;
mod decision;
mod error;
mod hold;
mod key;
#[cfg(any(test, feature = "laws"))]
pub mod laws;
mod medium;
mod memory;
mod object;
mod receipt;
mod record;
mod store;
#[cfg(test)]
mod tests;
mod text;
mod wrap;

pub use ciphertext::{Ciphertext, CiphertextFate};
pub use crypto::{CryptoErasure, Erasure, ExpiredPage, Standing};
pub use decision::{
    Cause, Due, Erasing, Finding, Holding, Keeping, KeptKey, Releasing, Rewrapping, Scheduling, Tombstone,
};
pub use error::EraseError;
pub use hold::{Hold, HoldName};
pub use key::{KeyFingerprint, ObjectKey};
pub use medium::MediumCaveat;
pub use memory::MemoryObjectKeys;
pub use object::{ObjectDigest, ObjectId};
pub use receipt::{ErasureReceipt, Remains, Turn};
pub use record::{KeyRecord, KeyState};
pub use store::{MAX_PAGE, ObjectKeys};
pub use text::InvalidName;
pub use wrap::{KeyWrap, Wrap, WrapError};
