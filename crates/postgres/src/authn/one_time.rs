//! One-time tokens.

use super::record::{bytes, time};
use crate::Postgres;
use crate::domain::{Lock, column, integer, lock, number, store_error};
use sqlx::postgres::{PgConnection, PgRow};
use std::num::NonZeroU32;
use stockade_authn::one_time::{
    Attempted, Bound, OneTimeDigest, OneTimeRecord, OneTimeTokenStore, Purpose, surplus_tokens,
};
use stockade_core::{StoreError, SubjectId, UnixMillis};

/// Tokens forgotten in one statement, so that a long-neglected purge does not keep others waiting.
const PURGE: i64 = 1000;

#[async_trait::async_trait]
impl OneTimeTokenStore for Postgres {
    async fn issue(&self, record: OneTimeRecord, max_live: NonZeroU32) -> Result<(), StoreError> {
        let record = &record;
        self.decide(|| self.issue_once(record, max_live)).await
    }

    async fn find(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError> {
        let found = self.one(
            "SELECT * FROM stockade.one_time_tokens WHERE digest = $1 AND purpose = $2",
            digest,
            purpose,
        );
        Ok(found.await?.filter(|record| record.is_live(now) && record.attempts_left > 0))
    }

    async fn attempt(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Attempted, StoreError> {
        self.decide(|| self.attempt_once(digest, purpose, now)).await
    }

    async fn take(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError> {
        // Whoever removes the row is the one who is given it.
        let taken = self.one(
            "DELETE FROM stockade.one_time_tokens WHERE digest = $1 AND purpose = $2 RETURNING *",
            digest,
            purpose,
        );
        Ok(taken.await?.filter(|record| record.is_live(now)))
    }

    async fn void(&self, subject: &SubjectId, purpose: Option<Purpose>) -> Result<u64, StoreError> {
        self.decide(|| self.void_once(subject, purpose)).await
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let purged = self.decide(|| async {
                sqlx::query(
                    "DELETE FROM stockade.one_time_tokens WHERE digest IN
                     (SELECT digest FROM stockade.one_time_tokens WHERE expires_at < $1
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
    async fn one(
        &self,
        sql: &'static str,
        digest: OneTimeDigest,
        purpose: Purpose,
    ) -> Result<Option<OneTimeRecord>, StoreError> {
        let found = self.decide(|| async move {
            sqlx::query(sql)
                .bind(digest.to_bytes().to_vec())
                .bind(purpose.name())
                .fetch_optional(self.pool())
                .await
                .map_err(store_error)
        });
        found.await?.as_ref().map(token).transpose()
    }

    async fn issue_once(&self, record: &OneTimeRecord, max_live: NonZeroU32) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        lock(&mut transaction, Lock::Tokens, record.subject.as_str()).await.map_err(store_error)?;
        let rows = sqlx::query("SELECT * FROM stockade.one_time_tokens WHERE subject = $1 AND purpose = $2")
            .bind(record.subject.as_str())
            .bind(record.purpose.name())
            .fetch_all(&mut *transaction)
            .await
            .map_err(store_error)?;
        let others = rows.iter().map(token).collect::<Result<Vec<_>, _>>()?;
        let (live, expired): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|other| other.is_live(record.issued_at));
        let live = live.into_iter().map(|other| (other.digest, other.issued_at)).collect();
        let gone = expired.into_iter().map(|other| other.digest).chain(surplus_tokens(live, max_live));
        let gone: Vec<_> = gone.map(|digest| digest.to_bytes().to_vec()).collect();
        if !gone.is_empty() {
            sqlx::query("DELETE FROM stockade.one_time_tokens WHERE digest = ANY($1)")
                .bind(gone)
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
        }
        sqlx::query(
            "INSERT INTO stockade.one_time_tokens
                 (digest, purpose, subject, bound, issued_at, expires_at, attempts_left)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&record.digest.to_bytes()[..])
        .bind(record.purpose.name())
        .bind(record.subject.as_str())
        .bind(record.bound.as_str())
        .bind(integer(record.issued_at.as_millis()))
        .bind(integer(record.expires_at.as_millis()))
        .bind(i64::from(record.attempts_left))
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        transaction.commit().await.map_err(store_error)
    }

    async fn attempt_once(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Attempted, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(mut record) = hold(&mut transaction, digest, purpose).await? else {
            return Ok(Attempted::Gone);
        };
        let attempted = record.attempt(now);
        let left = record.is_live(now).then_some(i64::from(record.attempts_left));
        let change = match left {
            Some(left) => {
                sqlx::query("UPDATE stockade.one_time_tokens SET attempts_left = $2 WHERE digest = $1")
                    .bind(digest.to_bytes().to_vec())
                    .bind(left)
            }
            None => sqlx::query("DELETE FROM stockade.one_time_tokens WHERE digest = $1")
                .bind(digest.to_bytes().to_vec()),
        };
        change.execute(&mut *transaction).await.map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        Ok(attempted)
    }

    async fn void_once(&self, subject: &SubjectId, purpose: Option<Purpose>) -> Result<u64, StoreError> {
        let mut transaction = self.begin().await?;
        lock(&mut transaction, Lock::Tokens, subject.as_str()).await.map_err(store_error)?;
        let voided = sqlx::query(
            "DELETE FROM stockade.one_time_tokens
             WHERE subject = $1 AND ($2::text IS NULL OR purpose = $2::text)",
        )
        .bind(subject.as_str())
        .bind(purpose.map(Purpose::name))
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        Ok(voided.rows_affected())
    }
}

/// The token, which nobody else changes or takes until the transaction ends.
async fn hold(
    connection: &mut PgConnection,
    digest: OneTimeDigest,
    purpose: Purpose,
) -> Result<Option<OneTimeRecord>, StoreError> {
    let found =
        sqlx::query("SELECT * FROM stockade.one_time_tokens WHERE digest = $1 AND purpose = $2 FOR UPDATE")
            .bind(&digest.to_bytes()[..])
            .bind(purpose.name())
            .fetch_optional(connection)
            .await
            .map_err(store_error)?;
    found.as_ref().map(token).transpose()
}

fn token(row: &PgRow) -> Result<OneTimeRecord, StoreError> {
    let purpose = Purpose::from_name(column(row, "purpose")?)
        .ok_or_else(|| StoreError::corrupt("a one-time token has an unknown purpose"))?;
    Ok(OneTimeRecord {
        digest: OneTimeDigest::from_bytes(bytes(row, "digest")?),
        purpose,
        subject: column::<&str>(row, "subject")?.parse().map_err(StoreError::corrupt)?,
        bound: Bound::new(column::<&str>(row, "bound")?).map_err(StoreError::corrupt)?,
        issued_at: time(row, "issued_at")?,
        expires_at: time(row, "expires_at")?,
        attempts_left: u32::try_from(number(row, "attempts_left")?).map_err(StoreError::corrupt)?,
    })
}
