//! The keys of objects, and that they are gone.

mod row;

use crate::Postgres;
use crate::domain::{integer, store_error};
use row::{load, record};
use std::num::NonZeroU32;
use stockade_core::{StoreError, UnixMillis};
use stockade_secure_delete::erase::{
    Cause, Due, Erasing, Finding, Hold, HoldName, Holding, Keeping, KeptKey, KeyState, MAX_PAGE,
    MediumCaveat, ObjectId, ObjectKeys, Releasing, Rewrapping, Scheduling, Wrap,
};

#[async_trait::async_trait]
impl ObjectKeys for Postgres {
    fn engine(&self) -> &'static str {
        "postgres"
    }

    async fn keep(&self, key: KeptKey) -> Result<Keeping, StoreError> {
        let key = &key;
        self.decide(|| self.keep_once(key)).await
    }

    async fn find(&self, object: &ObjectId) -> Result<Finding, StoreError> {
        let found = self.decide(|| async {
            sqlx::query("SELECT * FROM stockade.object_keys WHERE object = $1")
                .bind(object.as_str())
                .fetch_optional(self.pool())
                .await
                .map_err(store_error)
        });
        found.await?.as_ref().map_or(Ok(Finding::Unknown), |row| Ok(record(row)?.find()))
    }

    async fn rewrap(&self, object: &ObjectId, old: &Wrap, new: Wrap) -> Result<Rewrapping, StoreError> {
        let new = &new;
        self.decide(|| self.rewrap_once(object, old, new)).await
    }

    async fn erase(&self, object: &ObjectId, cause: Cause, at: UnixMillis) -> Result<Erasing, StoreError> {
        self.decide(|| self.erase_once(object, cause, at)).await
    }

    /// Nothing can be done here: overwriting a row makes another version of it, and leaves the one before to the next vacuum.
    async fn scrub(&self) -> Result<MediumCaveat, StoreError> {
        Ok(MediumCaveat::DeadVersions)
    }

    async fn hold(&self, object: &ObjectId, hold: Hold) -> Result<Holding, StoreError> {
        let hold = &hold;
        self.decide(|| self.hold_once(object, hold)).await
    }

    async fn release(&self, object: &ObjectId, name: &HoldName) -> Result<Releasing, StoreError> {
        self.decide(|| self.release_once(object, name)).await
    }

    async fn holds(&self, object: &ObjectId) -> Result<Vec<Hold>, StoreError> {
        self.decide(|| async {
            let mut connection = self.pool().acquire().await.map_err(store_error)?;
            row::holds(&mut connection, object).await
        })
        .await
    }

    async fn schedule(
        &self,
        object: &ObjectId,
        expires_at: Option<UnixMillis>,
    ) -> Result<Scheduling, StoreError> {
        self.decide(|| self.schedule_once(object, expires_at)).await
    }

    async fn due(
        &self,
        now: UnixMillis,
        after: Option<&Due>,
        limit: NonZeroU32,
    ) -> Result<Vec<Due>, StoreError> {
        let rows = self.decide(|| async {
            sqlx::query(
                "SELECT expires_at, object FROM stockade.object_keys AS key
                 WHERE expires_at IS NOT NULL AND erased_at IS NULL AND expires_at <= $1
                     AND (expires_at, object) > ($2, $3)
                     AND NOT EXISTS (SELECT 1 FROM stockade.object_holds AS held WHERE held.object = key.object)
                 ORDER BY expires_at, object LIMIT $4",
            )
            .bind(integer(now.as_millis()))
            .bind(after.map_or(-1, |after| integer(after.expires_at.as_millis())))
            .bind(after.map_or("", |after| after.object.as_str()))
            .bind(i64::from(limit.get().min(MAX_PAGE)))
            .fetch_all(self.pool())
            .await
            .map_err(store_error)
        });
        rows.await?
            .iter()
            .map(|row| Ok(Due { expires_at: row::time(row, "expires_at")?, object: row::object(row)? }))
            .collect()
    }

    async fn live(&self, after: Option<&ObjectId>, limit: NonZeroU32) -> Result<Vec<KeptKey>, StoreError> {
        let rows = self.decide(|| async {
            sqlx::query(
                "SELECT * FROM stockade.object_keys WHERE object > $1 AND erased_at IS NULL
                 ORDER BY object LIMIT $2",
            )
            .bind(after.map_or("", ObjectId::as_str))
            .bind(i64::from(limit.get().min(MAX_PAGE)))
            .fetch_all(self.pool())
            .await
            .map_err(store_error)
        });
        rows.await?.iter().map(row::live).collect()
    }
}

impl Postgres {
    async fn keep_once(&self, key: &KeptKey) -> Result<Keeping, StoreError> {
        // The primary key is what callers race for: all but one wait, and then find it taken.
        let kept = sqlx::query(
            "INSERT INTO stockade.object_keys (object, fingerprint, created_at, expires_at, wrap)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(key.object.as_str())
        .bind(&key.fingerprint.to_bytes()[..])
        .bind(integer(key.created_at.as_millis()))
        .bind(key.expires_at.map(|at| integer(at.as_millis())))
        .bind(key.wrap.as_bytes())
        .execute(self.pool())
        .await
        .map_err(store_error)?;
        if kept.rows_affected() == 1 {
            return Ok(Keeping::Kept);
        }
        // A row never leaves, so that this one is there.
        let row = sqlx::query("SELECT * FROM stockade.object_keys WHERE object = $1")
            .bind(key.object.as_str())
            .fetch_one(self.pool())
            .await
            .map_err(store_error)?;
        Ok(record(&row)?.taken())
    }

    async fn rewrap_once(&self, object: &ObjectId, old: &Wrap, new: &Wrap) -> Result<Rewrapping, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(mut record) = load(&mut transaction, object).await? else { return Ok(Rewrapping::Unknown) };
        let rewrapped = record.rewrap(old, new.clone());
        if let (Rewrapping::Rewrapped, KeyState::Live(wrap)) = (&rewrapped, &record.state) {
            sqlx::query("UPDATE stockade.object_keys SET wrap = $2 WHERE object = $1")
                .bind(object.as_str())
                .bind(wrap.as_bytes())
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(rewrapped)
    }

    async fn erase_once(
        &self,
        object: &ObjectId,
        cause: Cause,
        at: UnixMillis,
    ) -> Result<Erasing, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(mut record) = load(&mut transaction, object).await? else { return Ok(Erasing::Unknown) };
        let erasing = record.erase(cause, at);
        if let Erasing::Erased(tombstone) = &erasing {
            sqlx::query(
                "UPDATE stockade.object_keys SET wrap = NULL, erased_at = $2, cause = $3 WHERE object = $1",
            )
            .bind(object.as_str())
            .bind(integer(tombstone.at.as_millis()))
            .bind(tombstone.cause.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(erasing)
    }

    async fn hold_once(&self, object: &ObjectId, hold: &Hold) -> Result<Holding, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(mut record) = load(&mut transaction, object).await? else { return Ok(Holding::Unknown) };
        let holding = record.hold(hold.clone());
        if holding == Holding::Held {
            sqlx::query(
                "INSERT INTO stockade.object_holds (object, name, reason, since) VALUES ($1, $2, $3, $4)",
            )
            .bind(object.as_str())
            .bind(hold.name.as_str())
            .bind(&hold.reason)
            .bind(integer(hold.since.as_millis()))
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(holding)
    }

    async fn release_once(&self, object: &ObjectId, name: &HoldName) -> Result<Releasing, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(mut record) = load(&mut transaction, object).await? else { return Ok(Releasing::NotHeld) };
        let releasing = record.release(name);
        if let Releasing::Released { .. } = releasing {
            sqlx::query("DELETE FROM stockade.object_holds WHERE object = $1 AND name = $2")
                .bind(object.as_str())
                .bind(name.as_str())
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(releasing)
    }

    async fn schedule_once(
        &self,
        object: &ObjectId,
        expires_at: Option<UnixMillis>,
    ) -> Result<Scheduling, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(mut record) = load(&mut transaction, object).await? else { return Ok(Scheduling::Unknown) };
        let scheduling = record.schedule(expires_at);
        if scheduling == Scheduling::Scheduled {
            sqlx::query("UPDATE stockade.object_keys SET expires_at = $2 WHERE object = $1")
                .bind(object.as_str())
                .bind(expires_at.map(|at| integer(at.as_millis())))
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(scheduling)
    }
}
