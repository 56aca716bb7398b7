//! What a store of signing keys decides.

use std::fmt;
use stockade_core::StoreError;

/// Keeps one record: all signing keys of a service, sealed. `laws` (feature `laws`) is the suite that every store passes.
#[async_trait::async_trait]
pub trait SigningKeyStore: Send + Sync {
    /// The record, if there is one.
    ///
    /// An outdated answer keeps a process signing with an older key; a missing one makes it refuse to work.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn load(&self) -> Result<Option<SealedSigningKeys>, StoreError>;

    /// Puts `bytes` in the place of the record of version `expected`, or of none, if that is what is there; the version grows by one,
    /// from one. Whole or not at all, whatever is killed when; durable when it answers.
    ///
    /// Of any number of concurrent calls with one `expected` exactly one answers [`Replacing::Replaced`]. A false `Replaced` makes
    /// processes sign with keys that others do not know; a false `Changed` costs another look.
    ///
    /// # Errors
    /// The store cannot decide; the record is as before, or as it was to be.
    async fn replace(&self, expected: Option<u64>, bytes: Vec<u8>) -> Result<Replacing, StoreError>;
}

/// A record as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSigningKeys {
    /// How many times it was replaced, and once more.
    pub version: u64,
    /// The keys, sealed under this version.
    pub bytes: Vec<u8>,
}

impl SealedSigningKeys {
    /// The most bytes of a record: sixteen keys and room for any seal. A store refuses more.
    pub const MAX_LEN: usize = 16 * 1024;

    /// The version that follows `expected`.
    #[must_use]
    pub fn version_after(expected: Option<u64>) -> u64 {
        expected.unwrap_or(0).saturating_add(1)
    }
}

impl fmt::Debug for SealedSigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedSigningKeys").field("version", &self.version).finish_non_exhaustive()
    }
}

/// What came of [`SigningKeyStore::replace`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Replacing {
    /// The record is the new one.
    Replaced,
    /// Somebody else was there before: look again.
    Changed,
}
