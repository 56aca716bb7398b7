//! Signing keys that change on a schedule, shared by all processes over one store.
//!
//! A key goes through these phases. Which one it is in follows from its times and the clock, so that nothing has to happen in the
//! moment of a change, and a process that was asleep is right when it wakes:
//!
//! 1. **announced**: in the JWKS, so that everybody who caches the document knows it before it signs. Never shorter than the
//!    [`JWKS_MAX_AGE`] that the document is cached for.
//! 2. **active**: signs. Exactly one key is.
//! 3. **retired**: signs no more and still verifies, until the last token that it signed has expired.
//! 4. **dropped**: gone from the store and from the JWKS.
//!
//! All keys stand in one record, sealed by core's [`Seal`](stockade_core::Seal) and replaced whole under compare-and-swap. So of any
//! number of processes whose [`tick`](SigningKeys::tick) finds a rotation due, one adds the new key and the others take it over, and a
//! process that is killed at any point leaves the record as it was or as it shall be. The seal binds the record's version: an older
//! record, put back by whoever can write to the store, does not open as a newer one, and a process that has seen a newer one refuses
//! it.
//!
//! Keys are Ed25519, and their `kid` is the RFC 7638 thumbprint.
//!
//! ```
//! use std::sync::Arc;
//! use stockade_authn::jose::rotation::{MemorySigningKeys, RotationSchedule, SigningKeys};
//! # use stockade_core::{Seal, SealContext, SealError, Secret};
//! use stockade_core::{SystemClock, SystemEntropy};
//! # #[derive(Debug)]
//! # struct Fields;
//! # impl Seal for Fields {
//! #     fn seal(&self, _: &SealContext<'_>, text: &[u8]) -> Result<Vec<u8>, SealError> { Ok(text.to_vec()) }
//! #     fn open(&self, _: &SealContext<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> { Ok(Secret::new(sealed.to_vec())) }
//! # }
//! # let fields = Fields;
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let keys = SigningKeys::open(
//!     Arc::new(MemorySigningKeys::new()),
//!     Arc::new(fields), // `Fields` of stockade-crypto-at-rest
//!     RotationSchedule::default(),
//!     Arc::new(SystemClock::new()),
//!     Arc::new(SystemEntropy),
//! ).await?;
//! // In the background, every minute or so:
//! keys.tick().await?;
//! assert_eq!(keys.jwks().keys.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod file;
#[cfg(any(test, feature = "laws"))]
pub mod laws;
mod line;
mod memory;
mod record;
mod schedule;
mod signing_keys;
mod store;
#[cfg(test)]
mod tests;

pub use error::SigningKeysError;
pub use file::FileSigningKeys;
pub use line::{KeyPhase, SigningKeyInfo};
pub use memory::MemorySigningKeys;
pub use schedule::{JWKS_MAX_AGE, RotationSchedule, ScheduleError};
pub use signing_keys::{Emergency, RotateNow, SigningKeys, Tick};
pub use store::{Replacing, SealedSigningKeys, SigningKeyStore};
