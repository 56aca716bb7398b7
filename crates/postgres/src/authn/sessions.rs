//! Sessions. Each transaction loads records, lets the domain judge, and saves what it changed.
//!
//! A row is held from its reading to the commit. What depends on all sessions of a subject takes the subject's lock first, which
//! also keeps new ones out.

use super::record::{Hold, hold, insert, live_of, save, session};
use crate::Postgres;
use crate::domain::{Lock, column, integer, lock, store_error};
use sqlx::postgres::PgConnection;
use stockade_authn::session::{
    Concurrency, EndReason, Ending, Opened, OthersEnding, Rotation, RotationAttempt, SessionRecord,
    SessionStore, Standing, surplus_sessions,
};
use stockade_core::{SessionId, StoreError, SubjectId, UnixMillis};

/// Sessions forgotten in one statement, so that a long-neglected purge does not keep sign-ins waiting.
const PURGE: i64 = 1000;

#[async_trait::async_trait]
impl SessionStore for Postgres {
    async fn open(&self, session: SessionRecord, concurrency: Concurrency) -> Result<Opened, StoreError> {
        let session = &session;
        self.decide(|| self.open_once(session, concurrency)).await
    }

    async fn rotate(&self, id: SessionId, attempt: &RotationAttempt) -> Result<Rotation, StoreError> {
        self.decide(|| self.rotate_once(id, attempt)).await
    }

    async fn end(
        &self,
        id: SessionId,
        owner: Option<&SubjectId>,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Ending, StoreError> {
        self.decide(|| self.end_once(id, owner, reason, now)).await
    }

    async fn end_all(
        &self,
        subject: &SubjectId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.decide(|| self.end_all_once(subject, reason, now)).await
    }

    async fn end_others(
        &self,
        subject: &SubjectId,
        kept: SessionId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<OthersEnding, StoreError> {
        self.decide(|| self.end_others_once(subject, kept, reason, now)).await
    }

    async fn raise_security_version(&self, subject: &SubjectId) -> Result<u64, StoreError> {
        self.decide(|| async {
            let mut connection = self.pool().acquire().await.map_err(store_error)?;
            raise(&mut connection, subject).await
        })
        .await
    }

    async fn standing(&self, id: SessionId, now: UnixMillis) -> Result<Standing, StoreError> {
        let id = &id.to_bytes()[..];
        let row = self.decide(|| async move {
            sqlx::query(
                "SELECT sessions.*, coalesce(version, 0) AS version
                 FROM stockade.sessions LEFT JOIN stockade.security_versions USING (subject) WHERE id = $1",
            )
            .bind(id)
            .fetch_optional(self.pool())
            .await
            .map_err(store_error)
        });
        let Some(row) = row.await? else { return Ok(Standing::Over) };
        let session = session(&row)?;
        Ok(if session.is_live(now) {
            let valid_until = session.valid_until();
            let security_version = version(column(&row, "version")?)?;
            Standing::Live { subject: session.subject, security_version, valid_until }
        } else {
            Standing::Over
        })
    }

    async fn list(&self, subject: &SubjectId, now: UnixMillis) -> Result<Vec<SessionRecord>, StoreError> {
        let live = self.decide(|| async {
            let mut reader = self.pool().acquire().await.map_err(store_error)?;
            live_of(&mut reader, subject, now, Hold::No).await
        });
        let mut live = live.await?;
        live.truncate(Concurrency::HARD_LIMIT);
        Ok(live)
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let purged = self.decide(|| async {
                sqlx::query(
                    "DELETE FROM stockade.sessions WHERE id IN (SELECT id FROM stockade.sessions
                     WHERE coalesce(ended_at, least(idle_expires_at, expires_at)) < $1
                     LIMIT $2 FOR UPDATE)",
                )
                .bind(integer(before.as_millis()))
                .bind(PURGE)
                .execute(self.pool())
                .await
                .map_err(store_error)
            });
            let purged = purged.await?.rows_affected();
            total += purged;
            if purged == 0 {
                return Ok(total);
            }
        }
    }
}

impl Postgres {
    async fn open_once(
        &self,
        session: &SessionRecord,
        concurrency: Concurrency,
    ) -> Result<Opened, StoreError> {
        let now = session.created_at;
        let mut transaction = self.begin().await?;
        lock(&mut transaction, Lock::Sessions, session.subject.as_str()).await.map_err(store_error)?;
        let mut live = live_of(&mut transaction, &session.subject, now, Hold::Yes).await?;
        let seen = live.iter().map(|session| (session.id, session.last_seen_at)).collect();
        let evicted = surplus_sessions(seen, concurrency);
        live.retain(|session| evicted.contains(&session.id));
        end_each(&mut transaction, &mut live, EndReason::Evicted, now).await?;
        insert(&mut transaction, session).await?;
        let security_version = security_version(&mut transaction, &session.subject).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(Opened { security_version, evicted })
    }

    async fn rotate_once(&self, id: SessionId, attempt: &RotationAttempt) -> Result<Rotation, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(mut session) = hold(&mut transaction, id).await? else { return Ok(Rotation::Over) };
        let version = security_version(&mut transaction, &session.subject).await?;
        let rotation = session.rotate(attempt, version);
        if !matches!(rotation, Rotation::Repeated { .. } | Rotation::Over) {
            save(&mut transaction, &session).await?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(rotation)
    }

    async fn end_once(
        &self,
        id: SessionId,
        owner: Option<&SubjectId>,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Ending, StoreError> {
        let mut transaction = self.begin().await?;
        let found = hold(&mut transaction, id).await?;
        let theirs = found.filter(|session| owner.is_none_or(|owner| *owner == session.subject));
        let Some(mut session) = theirs else { return Ok(Ending::Unknown) };
        if !session.is_live(now) {
            return Ok(Ending::AlreadyOver { subject: session.subject });
        }
        session.end(now, reason);
        save(&mut transaction, &session).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(Ending::Ended { subject: session.subject })
    }

    async fn end_all_once(
        &self,
        subject: &SubjectId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Vec<SessionId>, StoreError> {
        let mut transaction = self.begin().await?;
        lock(&mut transaction, Lock::Sessions, subject.as_str()).await.map_err(store_error)?;
        raise(&mut transaction, subject).await?;
        let mut live = live_of(&mut transaction, subject, now, Hold::Yes).await?;
        end_each(&mut transaction, &mut live, reason, now).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(live.into_iter().map(|session| session.id).collect())
    }

    async fn end_others_once(
        &self,
        subject: &SubjectId,
        kept: SessionId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<OthersEnding, StoreError> {
        let mut transaction = self.begin().await?;
        lock(&mut transaction, Lock::Sessions, subject.as_str()).await.map_err(store_error)?;
        let mut live = live_of(&mut transaction, subject, now, Hold::Yes).await?;
        if !live.iter().any(|session| session.id == kept) {
            return Ok(OthersEnding::KeptIsOver);
        }
        live.retain(|session| session.id != kept);
        end_each(&mut transaction, &mut live, reason, now).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(OthersEnding::Ended(live.into_iter().map(|session| session.id).collect()))
    }
}

async fn end_each(
    connection: &mut PgConnection,
    sessions: &mut [SessionRecord],
    reason: EndReason,
    now: UnixMillis,
) -> Result<(), StoreError> {
    for session in sessions {
        session.end(now, reason);
        save(connection, session).await?;
    }
    Ok(())
}

async fn security_version(connection: &mut PgConnection, subject: &SubjectId) -> Result<u64, StoreError> {
    let found = sqlx::query_scalar("SELECT version FROM stockade.security_versions WHERE subject = $1")
        .bind(subject.as_str())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    found.map_or(Ok(0), version)
}

async fn raise(connection: &mut PgConnection, subject: &SubjectId) -> Result<u64, StoreError> {
    let raised = sqlx::query_scalar(
        "INSERT INTO stockade.security_versions (subject, version) VALUES ($1, 1)
         ON CONFLICT (subject) DO UPDATE SET version = security_versions.version + 1 RETURNING version",
    )
    .bind(subject.as_str())
    .fetch_one(connection)
    .await
    .map_err(store_error)?;
    version(raised)
}

fn version(stored: i64) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(StoreError::corrupt)
}
