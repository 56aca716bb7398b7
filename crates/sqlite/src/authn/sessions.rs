//! Sessions. Each transaction loads records, lets the domain judge, and saves what it changed.

use super::record::{find, insert, live_of, save, session};
use crate::Sqlite;
use crate::domain::{column, integer, store_error};
use sqlx::SqliteConnection;
use stockade_authn::session::{
    Concurrency, EndReason, Ending, Opened, OthersEnding, Rotation, RotationAttempt, SessionRecord,
    SessionStore, Standing, surplus_sessions,
};
use stockade_core::{SessionId, StoreError, SubjectId, UnixMillis};

/// Sessions forgotten in one statement, so that a long-neglected purge does not keep sign-ins waiting.
const PURGE: i64 = 1000;

#[async_trait::async_trait]
impl SessionStore for Sqlite {
    async fn open(&self, session: SessionRecord, concurrency: Concurrency) -> Result<Opened, StoreError> {
        let now = session.created_at;
        let mut transaction = self.write().await?;
        let mut live = live_of(&mut transaction, &session.subject, now).await?;
        let seen = live.iter().map(|session| (session.id, session.last_seen_at)).collect();
        let evicted = surplus_sessions(seen, concurrency);
        live.retain(|session| evicted.contains(&session.id));
        end_each(&mut transaction, &mut live, EndReason::Evicted, now).await?;
        insert(&mut transaction, &session).await?;
        let security_version = security_version(&mut transaction, &session.subject).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(Opened { security_version, evicted })
    }

    async fn rotate(&self, id: SessionId, attempt: &RotationAttempt) -> Result<Rotation, StoreError> {
        let mut transaction = self.write().await?;
        let Some(mut session) = find(&mut transaction, id).await? else { return Ok(Rotation::Over) };
        let version = security_version(&mut transaction, &session.subject).await?;
        let rotation = session.rotate(attempt, version);
        if !matches!(rotation, Rotation::Repeated { .. } | Rotation::Over) {
            save(&mut transaction, &session).await?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(rotation)
    }

    async fn end(
        &self,
        id: SessionId,
        owner: Option<&SubjectId>,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Ending, StoreError> {
        let mut transaction = self.write().await?;
        let found = find(&mut transaction, id).await?;
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

    async fn end_all(
        &self,
        subject: &SubjectId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Vec<SessionId>, StoreError> {
        let mut transaction = self.write().await?;
        raise(&mut transaction, subject).await?;
        let mut live = live_of(&mut transaction, subject, now).await?;
        end_each(&mut transaction, &mut live, reason, now).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(live.into_iter().map(|session| session.id).collect())
    }

    async fn end_others(
        &self,
        subject: &SubjectId,
        kept: SessionId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<OthersEnding, StoreError> {
        let mut transaction = self.write().await?;
        let mut live = live_of(&mut transaction, subject, now).await?;
        if !live.iter().any(|session| session.id == kept) {
            return Ok(OthersEnding::KeptIsOver);
        }
        live.retain(|session| session.id != kept);
        end_each(&mut transaction, &mut live, reason, now).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(OthersEnding::Ended(live.into_iter().map(|session| session.id).collect()))
    }

    async fn raise_security_version(&self, subject: &SubjectId) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let version = raise(&mut transaction, subject).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(version)
    }

    async fn standing(&self, id: SessionId, now: UnixMillis) -> Result<Standing, StoreError> {
        let row = sqlx::query(
            "SELECT sessions.*, coalesce(version, 0) AS version
             FROM sessions LEFT JOIN security_versions USING (subject) WHERE id = ?",
        )
        .bind(&id.to_bytes()[..])
        .fetch_optional(self.readers())
        .await
        .map_err(store_error)?;
        let Some(row) = row else { return Ok(Standing::Over) };
        let session = session(&row)?;
        Ok(if session.is_live(now) {
            let valid_until = session.valid_until();
            Standing::Live {
                subject: session.subject,
                security_version: column(&row, "version")?,
                valid_until,
            }
        } else {
            Standing::Over
        })
    }

    async fn list(&self, subject: &SubjectId, now: UnixMillis) -> Result<Vec<SessionRecord>, StoreError> {
        let mut reader = self.readers().acquire().await.map_err(store_error)?;
        let mut live = live_of(&mut reader, subject, now).await?;
        live.truncate(Concurrency::HARD_LIMIT);
        Ok(live)
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let purged = sqlx::query(
                "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions
                 WHERE coalesce(ended_at, min(idle_expires_at, expires_at)) < ? LIMIT ?)",
            )
            .bind(integer(before.as_millis()))
            .bind(PURGE)
            .execute(self.writer())
            .await
            .map_err(store_error)?;
            total += purged.rows_affected();
            if purged.rows_affected() == 0 {
                return Ok(total);
            }
        }
    }
}

async fn end_each(
    connection: &mut SqliteConnection,
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

async fn security_version(connection: &mut SqliteConnection, subject: &SubjectId) -> Result<u64, StoreError> {
    let version = sqlx::query_scalar("SELECT version FROM security_versions WHERE subject = ?")
        .bind(subject.as_str())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    Ok(version.unwrap_or(0))
}

async fn raise(connection: &mut SqliteConnection, subject: &SubjectId) -> Result<u64, StoreError> {
    sqlx::query_scalar(
        "INSERT INTO security_versions (subject, version) VALUES (?, 1)
         ON CONFLICT (subject) DO UPDATE SET version = version + 1 RETURNING version",
    )
    .bind(subject.as_str())
    .fetch_one(connection)
    .await
    .map_err(store_error)
}
