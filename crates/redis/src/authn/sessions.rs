//! Sessions. Each decision loads records, lets the domain judge, and saves what it changed, if nobody else did in between.

use super::pages::{Change, Changes, Page, Pages};
use super::session_row::{read, write};
use crate::Redis;
use std::time::Duration;
use stockade_authn::session::{
    Concurrency, EndReason, Ending, Opened, OthersEnding, Rotation, RotationAttempt, SessionRecord,
    SessionStore, Standing, surplus_sessions,
};
use stockade_core::{SessionId, StoreError, SubjectId, UnixMillis};

/// How long a security version is kept after its last change, where no session of its subject lasts longer. Access tokens are
/// good only with a session, and each session keeps its page until it is over at the latest.
const VERSION_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Rows are kept for so long beyond their end: clocks differ.
const SLACK: Duration = Duration::from_secs(24 * 60 * 60);

fn sessions(redis: &Redis) -> Pages<'_> {
    Pages::of_kind(redis, "session")
}

/// The sessions on a page that have not ended, newest first.
fn records(page: &Page, owner: &str) -> Result<Vec<SessionRecord>, StoreError> {
    let record =
        |(name, row): (&String, &Vec<u8>)| read(name.parse().map_err(StoreError::corrupt)?, owner, row);
    let mut records = page.rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
    records.sort_by_key(|session| std::cmp::Reverse((session.created_at, session.id)));
    Ok(records)
}

fn record(page: &Page, owner: &str, id: SessionId) -> Result<Option<SessionRecord>, StoreError> {
    page.rows.get(&id.to_string()).map(|row| read(id, owner, row)).transpose()
}

/// What is to be written of a session after it was judged.
fn change(session: &SessionRecord) -> Result<Change, StoreError> {
    let name = session.id.to_string();
    Ok(match session.ended {
        Some(ended) => Change::Over { name, over_at: ended.at },
        None => Change::Keep { name, row: write(session)?, over_at: session.valid_until() },
    })
}

fn ending(
    sessions: &mut [SessionRecord],
    reason: EndReason,
    now: UnixMillis,
) -> Result<Vec<Change>, StoreError> {
    let end = |session: &mut SessionRecord| {
        session.end(now, reason);
        change(session)
    };
    sessions.iter_mut().map(end).collect()
}

#[async_trait::async_trait]
impl SessionStore for Redis {
    async fn open(&self, session: SessionRecord, concurrency: Concurrency) -> Result<Opened, StoreError> {
        let (now, owner) = (session.created_at, session.subject.as_str());
        let life = session.expires_at.since(now).saturating_add(SLACK);
        let judge = |page: &Page| {
            let (mut live, over): (Vec<_>, Vec<_>) =
                records(page, owner)?.into_iter().partition(|other| other.is_live(now));
            let seen = live.iter().map(|other| (other.id, other.last_seen_at)).collect();
            let evicted = surplus_sessions(seen, concurrency);
            live.retain(|other| evicted.contains(&other.id));
            let mut changes = ending(&mut live, EndReason::Evicted, now)?;
            changes.extend(
                over.into_iter()
                    .map(|other| Change::Over { name: other.id.to_string(), over_at: other.valid_until() }),
            );
            changes.push(Change::Add {
                name: session.id.to_string(),
                row: write(&session)?,
                over_at: session.valid_until(),
                life,
            });
            let opened = Opened { security_version: page.version, evicted };
            Ok((opened, Some(Changes { version: page.version, changes, life: life.max(VERSION_LIFE) })))
        };
        sessions(self).decide(owner, judge).await
    }

    async fn rotate(&self, id: SessionId, attempt: &RotationAttempt) -> Result<Rotation, StoreError> {
        let judge = |owner: &str, page: &Page| {
            let Some(mut session) = record(page, owner, id)? else { return Ok((Rotation::Over, None)) };
            let rotation = session.rotate(attempt, page.version);
            if matches!(rotation, Rotation::Repeated { .. } | Rotation::Over) {
                return Ok((rotation, None));
            }
            Ok((
                rotation,
                Some(Changes { version: page.version, changes: vec![change(&session)?], life: SLACK }),
            ))
        };
        Ok(sessions(self).decide_row(&id.to_string(), judge).await?.unwrap_or(Rotation::Over))
    }

    async fn end(
        &self,
        id: SessionId,
        owner: Option<&SubjectId>,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Ending, StoreError> {
        let judge = |of: &str, page: &Page| {
            let subject: SubjectId = of.parse().map_err(StoreError::corrupt)?;
            if owner.is_some_and(|owner| *owner != subject) {
                return Ok((Ending::Unknown, None));
            }
            match record(page, of, id)? {
                Some(mut session) if session.is_live(now) => {
                    session.end(now, reason);
                    let changes = vec![change(&session)?];
                    Ok((
                        Ending::Ended { subject },
                        Some(Changes { version: page.version, changes, life: SLACK }),
                    ))
                }
                _ => Ok((Ending::AlreadyOver { subject }, None)),
            }
        };
        Ok(sessions(self).decide_row(&id.to_string(), judge).await?.unwrap_or(Ending::Unknown))
    }

    async fn end_all(
        &self,
        subject: &SubjectId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Vec<SessionId>, StoreError> {
        let judge = |page: &Page| {
            let mut live = records(page, subject.as_str())?;
            live.retain(|session| session.is_live(now));
            let changes = ending(&mut live, reason, now)?;
            let ended = live.iter().map(|session| session.id).collect();
            Ok((
                ended,
                Some(Changes { version: page.version.saturating_add(1), changes, life: VERSION_LIFE }),
            ))
        };
        sessions(self).decide(subject.as_str(), judge).await
    }

    async fn end_others(
        &self,
        subject: &SubjectId,
        kept: SessionId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<OthersEnding, StoreError> {
        let judge = |page: &Page| {
            let mut live = records(page, subject.as_str())?;
            live.retain(|session| session.is_live(now));
            if !live.iter().any(|session| session.id == kept) {
                return Ok((OthersEnding::KeptIsOver, None));
            }
            live.retain(|session| session.id != kept);
            let changes = ending(&mut live, reason, now)?;
            let ended = live.iter().map(|session| session.id).collect();
            Ok((
                OthersEnding::Ended(ended),
                Some(Changes { version: page.version, changes, life: VERSION_LIFE }),
            ))
        };
        sessions(self).decide(subject.as_str(), judge).await
    }

    async fn raise_security_version(&self, subject: &SubjectId) -> Result<u64, StoreError> {
        let judge = |page: &Page| {
            let version = page.version.saturating_add(1);
            Ok((version, Some(Changes { version, changes: Vec::new(), life: VERSION_LIFE })))
        };
        sessions(self).decide(subject.as_str(), judge).await
    }

    async fn standing(&self, id: SessionId, now: UnixMillis) -> Result<Standing, StoreError> {
        let Some((owner, page)) = sessions(self).row(&id.to_string()).await? else {
            return Ok(Standing::Over);
        };
        Ok(match record(&page, &owner, id)? {
            Some(session) if session.is_live(now) => {
                let valid_until = session.valid_until();
                Standing::Live { subject: session.subject, security_version: page.version, valid_until }
            }
            _ => Standing::Over,
        })
    }

    async fn list(&self, subject: &SubjectId, now: UnixMillis) -> Result<Vec<SessionRecord>, StoreError> {
        let mut live = records(&sessions(self).all(subject.as_str()).await?, subject.as_str())?;
        live.retain(|session| session.is_live(now));
        live.truncate(Concurrency::HARD_LIMIT);
        Ok(live)
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        sessions(self).purge(before).await
    }
}
