//! Sessions in memory: the reference for the laws.

use super::{
    Concurrency, EndReason, Ending, Opened, OthersEnding, Rotation, RotationAttempt, SessionRecord,
    SessionStore, Standing, surplus_sessions,
};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use stockade_core::{SessionId, StoreError, SubjectId, UnixMillis};

/// Sessions in a map, for tests and trials: nothing survives a restart, and what concerns a subject reads them all.
///
/// Bounded: past [`MAX_SESSIONS`](Self::MAX_SESSIONS), those that are over included, a further one is refused as unavailable
/// until [`purge`](SessionStore::purge) makes room.
#[derive(Debug, Default)]
pub struct MemorySessions {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    sessions: HashMap<SessionId, SessionRecord>,
    security_versions: HashMap<SubjectId, u64>,
}

/// Why no further session is taken.
#[derive(Debug, thiserror::Error)]
#[error("the store holds its most of {} sessions", MemorySessions::MAX_SESSIONS)]
struct Full;

impl MemorySessions {
    /// The most sessions: some fifty megabytes.
    pub const MAX_SESSIONS: usize = 100_000;

    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts `n` records in at once: opening them one by one takes a time that grows with the square.
    #[cfg(test)]
    pub(super) fn fill(&self, n: usize, record: impl Fn(usize) -> SessionRecord) {
        self.lock().sessions.extend((0..n).map(record).map(|record| (record.id, record)));
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn security_version(&self, subject: &SubjectId) -> u64 {
        self.security_versions.get(subject).copied().unwrap_or_default()
    }

    fn raise_security_version(&mut self, subject: &SubjectId) -> u64 {
        let version = self.security_versions.entry(subject.clone()).or_default();
        *version = version.saturating_add(1);
        *version
    }

    fn live_of(&self, subject: &SubjectId, now: UnixMillis) -> impl Iterator<Item = &SessionRecord> {
        self.sessions.values().filter(move |session| session.subject == *subject && session.is_live(now))
    }
}

#[async_trait::async_trait]
impl SessionStore for MemorySessions {
    async fn open(&self, session: SessionRecord, concurrency: Concurrency) -> Result<Opened, StoreError> {
        let mut tables = self.lock();
        if tables.sessions.len() >= Self::MAX_SESSIONS {
            return Err(StoreError::unavailable(Full));
        }
        let now = session.created_at;
        let live = tables.live_of(&session.subject, now).map(|live| (live.id, live.last_seen_at)).collect();
        let evicted = surplus_sessions(live, concurrency);
        for id in &evicted {
            if let Some(session) = tables.sessions.get_mut(id) {
                session.end(now, EndReason::Evicted);
            }
        }
        let security_version = tables.security_version(&session.subject);
        tables.sessions.insert(session.id, session);
        Ok(Opened { security_version, evicted })
    }

    async fn rotate(&self, id: SessionId, attempt: &RotationAttempt) -> Result<Rotation, StoreError> {
        let mut tables = self.lock();
        let Some(subject) = tables.sessions.get(&id).map(|session| session.subject.clone()) else {
            return Ok(Rotation::Over);
        };
        let version = tables.security_version(&subject);
        Ok(tables.sessions.get_mut(&id).map_or(Rotation::Over, |session| session.rotate(attempt, version)))
    }

    async fn end(
        &self,
        id: SessionId,
        owner: Option<&SubjectId>,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Ending, StoreError> {
        let mut tables = self.lock();
        let found = tables.sessions.get_mut(&id);
        Ok(match found.filter(|session| owner.is_none_or(|owner| *owner == session.subject)) {
            Some(session) if session.is_live(now) => {
                session.end(now, reason);
                Ending::Ended { subject: session.subject.clone() }
            }
            Some(session) => Ending::AlreadyOver { subject: session.subject.clone() },
            None => Ending::Unknown,
        })
    }

    async fn end_all(
        &self,
        subject: &SubjectId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Vec<SessionId>, StoreError> {
        let mut tables = self.lock();
        tables.raise_security_version(subject);
        let live: Vec<_> = tables.live_of(subject, now).map(|session| session.id).collect();
        for id in &live {
            if let Some(session) = tables.sessions.get_mut(id) {
                session.end(now, reason);
            }
        }
        Ok(live)
    }

    async fn end_others(
        &self,
        subject: &SubjectId,
        kept: SessionId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<OthersEnding, StoreError> {
        let mut tables = self.lock();
        let mut live: Vec<_> = tables.live_of(subject, now).map(|session| session.id).collect();
        if !live.contains(&kept) {
            return Ok(OthersEnding::KeptIsOver);
        }
        live.retain(|id| *id != kept);
        for id in &live {
            if let Some(session) = tables.sessions.get_mut(id) {
                session.end(now, reason);
            }
        }
        Ok(OthersEnding::Ended(live))
    }

    async fn raise_security_version(&self, subject: &SubjectId) -> Result<u64, StoreError> {
        Ok(self.lock().raise_security_version(subject))
    }

    async fn standing(&self, id: SessionId, now: UnixMillis) -> Result<Standing, StoreError> {
        let tables = self.lock();
        Ok(match tables.sessions.get(&id).filter(|session| session.is_live(now)) {
            Some(session) => Standing::Live {
                subject: session.subject.clone(),
                security_version: tables.security_version(&session.subject),
                valid_until: session.valid_until(),
            },
            None => Standing::Over,
        })
    }

    async fn list(&self, subject: &SubjectId, now: UnixMillis) -> Result<Vec<SessionRecord>, StoreError> {
        let mut live: Vec<_> = self.lock().live_of(subject, now).cloned().collect();
        live.sort_by_key(|session| std::cmp::Reverse((session.created_at, session.id)));
        live.truncate(Concurrency::HARD_LIMIT);
        Ok(live)
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let mut tables = self.lock();
        let kept_before = tables.sessions.len();
        tables.sessions.retain(|_, session| {
            let over_since = session.ended.map_or(session.valid_until(), |ended| ended.at);
            over_since >= before
        });
        Ok((kept_before - tables.sessions.len()) as u64)
    }
}
