//! One-time tokens in memory: the reference for the laws.

use super::{Attempted, OneTimeDigest, OneTimeRecord, OneTimeTokenStore, Purpose, surplus_tokens};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use stockade_core::{StoreError, SubjectId, UnixMillis};

/// One-time tokens in a map, for tests and trials: nothing survives a restart, and what concerns a subject reads them all.
///
/// Bounded: past [`MAX_TOKENS`](Self::MAX_TOKENS), expired ones included, a further one is refused as unavailable until
/// [`purge`](OneTimeTokenStore::purge) makes room.
#[derive(Debug, Default)]
pub struct MemoryOneTimeTokens {
    tokens: Mutex<HashMap<OneTimeDigest, OneTimeRecord>>,
}

/// Why no further token is taken.
#[derive(Debug, thiserror::Error)]
#[error("the store holds its most of {} one-time tokens", MemoryOneTimeTokens::MAX_TOKENS)]
struct Full;

/// Two tokens have one digest.
#[derive(Debug, thiserror::Error)]
#[error("the store has this one-time token already")]
struct Twice;

impl MemoryOneTimeTokens {
    /// The most tokens: some fifty megabytes.
    pub const MAX_TOKENS: usize = 100_000;

    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts `n` records in at once: issuing them one by one takes a time that grows with the square.
    #[cfg(test)]
    pub(super) fn fill(&self, n: usize, record: impl Fn(usize) -> OneTimeRecord) {
        self.lock().extend((0..n).map(record).map(|record| (record.digest, record)));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OneTimeDigest, OneTimeRecord>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl OneTimeTokenStore for MemoryOneTimeTokens {
    async fn issue(&self, record: OneTimeRecord, max_live: NonZeroU32) -> Result<(), StoreError> {
        let mut tokens = self.lock();
        if tokens.contains_key(&record.digest) {
            return Err(StoreError::conflict(Twice));
        }
        let now = record.issued_at;
        let (live, mut gone): (Vec<_>, Vec<_>) = tokens
            .values()
            .filter(|other| other.subject == record.subject && other.purpose == record.purpose)
            .partition(|other| other.is_live(now));
        let mut gone: Vec<_> = gone.drain(..).map(|other| other.digest).collect();
        gone.extend(surplus_tokens(
            live.iter().map(|other| (other.digest, other.issued_at)).collect(),
            max_live,
        ));
        if tokens.len() - gone.len() >= Self::MAX_TOKENS {
            return Err(StoreError::unavailable(Full));
        }
        for digest in gone {
            tokens.remove(&digest);
        }
        tokens.insert(record.digest, record);
        Ok(())
    }

    async fn find(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError> {
        let found = self.lock().get(&digest).cloned();
        Ok(found
            .filter(|record| record.purpose == purpose && record.is_live(now) && record.attempts_left > 0))
    }

    async fn attempt(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Attempted, StoreError> {
        let mut tokens = self.lock();
        let found = tokens.get_mut(&digest).filter(|record| record.purpose == purpose);
        let Some(record) = found else { return Ok(Attempted::Gone) };
        let attempted = record.attempt(now);
        if !record.is_live(now) {
            tokens.remove(&digest);
        }
        Ok(attempted)
    }

    async fn take(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError> {
        let mut tokens = self.lock();
        if tokens.get(&digest).is_none_or(|record| record.purpose != purpose) {
            return Ok(None);
        }
        Ok(tokens.remove(&digest).filter(|record| record.is_live(now)))
    }

    async fn void(&self, subject: &SubjectId, purpose: Option<Purpose>) -> Result<u64, StoreError> {
        let mut tokens = self.lock();
        let before = tokens.len();
        tokens.retain(|_, record| {
            record.subject != *subject || purpose.is_some_and(|purpose| purpose != record.purpose)
        });
        Ok((before - tokens.len()) as u64)
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let mut tokens = self.lock();
        let kept_before = tokens.len();
        tokens.retain(|_, record| record.expires_at >= before);
        Ok((kept_before - tokens.len()) as u64)
    }
}
