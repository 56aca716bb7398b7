//! Signing keys in memory: the reference for the laws.

use super::{Replacing, SealedSigningKeys, SigningKeyStore};
use std::sync::{Mutex, PoisonError};
use stockade_core::StoreError;

/// The record in memory, for tests and for a service that may forget its keys: after a restart nothing that was signed before
/// verifies.
#[derive(Debug, Default)]
pub struct MemorySigningKeys {
    record: Mutex<Option<SealedSigningKeys>>,
}

impl MemorySigningKeys {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait::async_trait]
impl SigningKeyStore for MemorySigningKeys {
    async fn load(&self) -> Result<Option<SealedSigningKeys>, StoreError> {
        Ok(self.record.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn replace(&self, expected: Option<u64>, bytes: Vec<u8>) -> Result<Replacing, StoreError> {
        if bytes.len() > SealedSigningKeys::MAX_LEN {
            return Err(StoreError::corrupt("the record is too long"));
        }
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        if record.as_ref().map(|record| record.version) != expected {
            return Ok(Replacing::Changed);
        }
        *record = Some(SealedSigningKeys { version: SealedSigningKeys::version_after(expected), bytes });
        Ok(Replacing::Replaced)
    }
}
