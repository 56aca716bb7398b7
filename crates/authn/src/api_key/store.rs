//! What a store of API keys decides.

use super::ApiKeyRecord;
use std::time::Duration;
use stockade_core::{ApiKeyId, StoreError, SubjectId, UnixMillis};

/// Keeps API keys. Each method is one atomic decision. `laws` (feature `laws`) is the suite that every store passes.
#[async_trait::async_trait]
pub trait ApiKeyStore: Send + Sync {
    /// Keeps a new key, unless its owner has `cap` keys already that [take a place](ApiKeyRecord::takes_a_place) when it is made.
    ///
    /// However many are created at once, no more than `cap` take a place afterwards. One too many lets an owner fill the store; one
    /// too few refuses a key that they may have.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn create(&self, key: ApiKeyRecord, cap: usize) -> Result<KeyCreation, StoreError>;

    /// The key with this id, live or over; `None` if it is unknown or forgotten.
    ///
    /// An outdated answer keeps a revoked key working.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn by_id(&self, id: &ApiKeyId) -> Result<Option<ApiKeyRecord>, StoreError>;

    /// The owner's keys that stand at `now`, newest first; at most twice the cap they were created under.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn list(&self, owner: &SubjectId, now: UnixMillis) -> Result<Vec<ApiKeyRecord>, StoreError>;

    /// Revokes a key for good. With `owner`, only if it is theirs: somebody else's key is [`KeyRevocation::Unknown`], as if it did
    /// not exist. Its successor, if it has one, stays.
    ///
    /// A false `Revoked` leaves a leaked key in force while its owner believes it gone.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn revoke(
        &self,
        id: &ApiKeyId,
        owner: Option<&SubjectId>,
        now: UnixMillis,
    ) -> Result<KeyRevocation, StoreError>;

    /// Revokes all keys of `owner` that stand at `now`, in one decision: a key made or rotated at the same time either is among them
    /// or counts as made afterwards. Gives the revoked ones.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn revoke_all(&self, owner: &SubjectId, now: UnixMillis) -> Result<Vec<ApiKeyId>, StoreError>;

    /// Keeps `successor` in the place of the owner's key `id` by [`ApiKeyRecord::rotate`], at the time of its
    /// [`created_at`](ApiKeyRecord::created_at). A key that `id` itself took the place of ends now: of one line of keys no more than
    /// two are ever live, so that nobody multiplies keys by rotating.
    ///
    /// Of any number of concurrent rotations of one key exactly one answers [`KeyRotation::Rotated`]. A second one would leave a
    /// key in force that its owner does not know of.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn rotate(
        &self,
        id: &ApiKeyId,
        owner: &SubjectId,
        successor: ApiKeyRecord,
        overlap: Duration,
    ) -> Result<KeyRotation, StoreError>;

    /// Notes that a key was used at `at`, unless a later use is noted already. An unknown key is left unknown. A use that is lost
    /// costs a line in a list.
    ///
    /// # Errors
    /// The store cannot do it now.
    async fn touch(&self, id: &ApiKeyId, at: UnixMillis) -> Result<(), StoreError>;

    /// Forgets keys that were over before `before`, and gives their number.
    ///
    /// # Errors
    /// The store cannot do it now.
    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError>;
}

/// What came of [`ApiKeyStore::create`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum KeyCreation {
    /// It is kept.
    Created,
    /// The owner has as many as they may.
    TooMany,
    /// There is a key with this id.
    Taken,
}

/// What came of [`ApiKeyStore::revoke`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum KeyRevocation {
    /// It is revoked now.
    Revoked {
        /// Whose it was.
        owner: SubjectId,
    },
    /// It was revoked or had expired before.
    AlreadyOver {
        /// Whose it was.
        owner: SubjectId,
    },
    /// There is no such key, or it is somebody else's.
    Unknown,
}

/// What came of [`ApiKeyStore::rotate`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum KeyRotation {
    /// The successor is in force.
    Rotated {
        /// When the old key ends.
        until: UnixMillis,
    },
    /// It has a successor; rotate that one.
    AlreadyRotated,
    /// It is revoked or expired.
    Over,
    /// There is no such key, or it is somebody else's.
    Unknown,
}
