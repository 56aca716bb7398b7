//! One-time tokens.

use super::record::{bytes, time};
use crate::Sqlite;
use crate::domain::{column, integer, store_error};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::num::NonZeroU32;
use stockade_authn::one_time::{
    Attempted, Bound, OneTimeDigest, OneTimeRecord, OneTimeTokenStore, Purpose, surplus_tokens,
};
use stockade_core::{StoreError, SubjectId, UnixMillis};

/// Tokens forgotten in one statement, so that a long-neglected purge does not keep others waiting.
const PURGE: i64 = 1000;

#[async_trait::async_trait]
impl OneTimeTokenStore for Sqlite {
    async fn issue(&self, record: OneTimeRecord, max_live: NonZeroU32) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let rows = sqlx::query("SELECT * FROM one_time_tokens WHERE subject = ? AND purpose = ?")
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
        for digest in gone {
            forget(&mut transaction, digest).await?;
        }
        sqlx::query(
            "INSERT INTO one_time_tokens (digest, purpose, subject, bound, issued_at, expires_at, attempts_left)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&record.digest.to_bytes()[..])
        .bind(record.purpose.name())
        .bind(record.subject.as_str())
        .bind(record.bound.as_str())
        .bind(integer(record.issued_at.as_millis()))
        .bind(integer(record.expires_at.as_millis()))
        .bind(record.attempts_left)
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        transaction.commit().await.map_err(store_error)
    }

    async fn find(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError> {
        let mut reader = self.readers().acquire().await.map_err(store_error)?;
        let found = find(&mut reader, digest, purpose).await?;
        Ok(found.filter(|record| record.is_live(now) && record.attempts_left > 0))
    }

    async fn attempt(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Attempted, StoreError> {
        let mut transaction = self.write().await?;
        let Some(mut record) = find(&mut transaction, digest, purpose).await? else {
            return Ok(Attempted::Gone);
        };
        let attempted = record.attempt(now);
        if record.is_live(now) {
            sqlx::query("UPDATE one_time_tokens SET attempts_left = ? WHERE digest = ?")
                .bind(record.attempts_left)
                .bind(&digest.to_bytes()[..])
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
        } else {
            forget(&mut transaction, digest).await?;
        }
        transaction.commit().await.map_err(store_error)?;
        Ok(attempted)
    }

    async fn take(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError> {
        let mut transaction = self.write().await?;
        let Some(record) = find(&mut transaction, digest, purpose).await? else { return Ok(None) };
        forget(&mut transaction, digest).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(Some(record).filter(|record| record.is_live(now)))
    }

    async fn void(&self, subject: &SubjectId, purpose: Option<Purpose>) -> Result<u64, StoreError> {
        let voided =
            sqlx::query("DELETE FROM one_time_tokens WHERE subject = ?1 AND (?2 IS NULL OR purpose = ?2)")
                .bind(subject.as_str())
                .bind(purpose.map(Purpose::name))
                .execute(self.writer())
                .await
                .map_err(store_error)?;
        Ok(voided.rows_affected())
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let purged = sqlx::query(
                "DELETE FROM one_time_tokens WHERE digest IN
                 (SELECT digest FROM one_time_tokens WHERE expires_at < ? LIMIT ?)",
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

async fn find(
    connection: &mut SqliteConnection,
    digest: OneTimeDigest,
    purpose: Purpose,
) -> Result<Option<OneTimeRecord>, StoreError> {
    let found = sqlx::query("SELECT * FROM one_time_tokens WHERE digest = ? AND purpose = ?")
        .bind(&digest.to_bytes()[..])
        .bind(purpose.name())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    found.as_ref().map(token).transpose()
}

async fn forget(connection: &mut SqliteConnection, digest: OneTimeDigest) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM one_time_tokens WHERE digest = ?")
        .bind(&digest.to_bytes()[..])
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

fn token(row: &SqliteRow) -> Result<OneTimeRecord, StoreError> {
    let purpose = Purpose::from_name(column(row, "purpose")?)
        .ok_or_else(|| StoreError::corrupt("a one-time token has an unknown purpose"))?;
    Ok(OneTimeRecord {
        digest: OneTimeDigest::from_bytes(bytes(row, "digest")?),
        purpose,
        subject: column::<&str>(row, "subject")?.parse().map_err(StoreError::corrupt)?,
        bound: Bound::new(column::<&str>(row, "bound")?).map_err(StoreError::corrupt)?,
        issued_at: time(row, "issued_at")?,
        expires_at: time(row, "expires_at")?,
        attempts_left: column(row, "attempts_left")?,
    })
}
