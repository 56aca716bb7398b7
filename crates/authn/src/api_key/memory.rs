//! API keys in memory: the reference for the laws.

use super::{ApiKeyRecord, ApiKeyStore, KeyCreation, KeyRevocation, KeyRotation};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use stockade_core::{ApiKeyId, StoreError, SubjectId, UnixMillis};

/// API keys in a map, for tests and trials: nothing survives a restart, and what concerns an owner reads them all.
///
/// Bounded: past [`MAX_KEYS`](Self::MAX_KEYS), those that are over included, a further one is refused as unavailable until
/// [`purge`](ApiKeyStore::purge) makes room.
#[derive(Debug, Default)]
pub struct MemoryApiKeys {
    keys: Mutex<HashMap<ApiKeyId, ApiKeyRecord>>,
}

/// Why no further key is taken.
#[derive(Debug, thiserror::Error)]
#[error("the store holds its most of {} api keys", MemoryApiKeys::MAX_KEYS)]
struct Full;

impl MemoryApiKeys {
    /// The most keys: some fifty megabytes.
    pub const MAX_KEYS: usize = 100_000;

    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ApiKeyId, ApiKeyRecord>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl ApiKeyStore for MemoryApiKeys {
    async fn create(&self, key: ApiKeyRecord, cap: usize) -> Result<KeyCreation, StoreError> {
        let mut keys = self.lock();
        let theirs = |other: &&ApiKeyRecord| other.owner == key.owner && other.takes_a_place(key.created_at);
        if keys.contains_key(&key.id) {
            return Ok(KeyCreation::Taken);
        }
        if keys.values().filter(theirs).count() >= cap {
            return Ok(KeyCreation::TooMany);
        }
        if keys.len() >= Self::MAX_KEYS {
            return Err(StoreError::unavailable(Full));
        }
        keys.insert(key.id.clone(), key);
        Ok(KeyCreation::Created)
    }

    async fn by_id(&self, id: &ApiKeyId) -> Result<Option<ApiKeyRecord>, StoreError> {
        Ok(self.lock().get(id).cloned())
    }

    async fn list(&self, owner: &SubjectId, now: UnixMillis) -> Result<Vec<ApiKeyRecord>, StoreError> {
        let keys = self.lock();
        let theirs = keys.values().filter(|key| key.owner == *owner && key.is_live(now));
        let mut theirs: Vec<_> = theirs.cloned().collect();
        theirs.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        Ok(theirs)
    }

    async fn revoke(
        &self,
        id: &ApiKeyId,
        owner: Option<&SubjectId>,
        now: UnixMillis,
    ) -> Result<KeyRevocation, StoreError> {
        let mut keys = self.lock();
        let theirs = keys.get_mut(id).filter(|key| owner.is_none_or(|owner| *owner == key.owner));
        Ok(match theirs {
            None => KeyRevocation::Unknown,
            Some(key) if !key.is_live(now) => KeyRevocation::AlreadyOver { owner: key.owner.clone() },
            Some(key) => {
                key.revoked_at = Some(now);
                KeyRevocation::Revoked { owner: key.owner.clone() }
            }
        })
    }

    async fn revoke_all(&self, owner: &SubjectId, now: UnixMillis) -> Result<Vec<ApiKeyId>, StoreError> {
        let mut keys = self.lock();
        let theirs = keys.values_mut().filter(|key| key.owner == *owner && key.is_live(now));
        Ok(theirs
            .map(|key| {
                key.revoked_at = Some(now);
                key.id.clone()
            })
            .collect())
    }

    async fn rotate(
        &self,
        id: &ApiKeyId,
        owner: &SubjectId,
        successor: ApiKeyRecord,
        overlap: Duration,
    ) -> Result<KeyRotation, StoreError> {
        let (mut keys, now) = (self.lock(), successor.created_at);
        if keys.len() >= Self::MAX_KEYS {
            return Err(StoreError::unavailable(Full));
        }
        if keys.contains_key(&successor.id) {
            return Err(StoreError::conflict("an api key with the successor's id is there already"));
        }
        let Some(key) = keys.get_mut(id).filter(|key| key.owner == *owner) else {
            return Ok(KeyRotation::Unknown);
        };
        let rotation = key.rotate(&successor.id, now, overlap);
        if matches!(rotation, KeyRotation::Rotated { .. }) {
            for before in keys.values_mut().filter(|key| key.successor.as_ref() == Some(id)) {
                before.expires_at = Some(before.expires_at.map_or(now, |end| end.min(now)));
            }
            keys.insert(successor.id.clone(), successor);
        }
        Ok(rotation)
    }

    async fn touch(&self, id: &ApiKeyId, at: UnixMillis) -> Result<(), StoreError> {
        if let Some(key) = self.lock().get_mut(id) {
            key.last_used_at = key.last_used_at.max(Some(at));
        }
        Ok(())
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let mut keys = self.lock();
        let count = keys.len();
        keys.retain(|_, key| key.over_since(before).is_none_or(|since| since >= before));
        Ok((count - keys.len()) as u64)
    }
}
