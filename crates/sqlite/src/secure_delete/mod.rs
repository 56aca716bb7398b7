//! The keys of objects, and that they are gone.

mod medium;
mod row;

use crate::Sqlite;
use crate::domain::{integer, store_error};
use row::{Loaded, load};
use sqlx::SqliteConnection;
use std::num::NonZeroU32;
use stockade_core::{StoreError, UnixMillis};
use stockade_secure_delete::erase::{
    Cause, Due, Erasing, Finding, Hold, HoldName, Holding, Keeping, KeptKey, KeyState, MAX_PAGE,
    MediumCaveat, ObjectId, ObjectKeys, Releasing, Rewrapping, Scheduling, Wrap,
};

#[async_trait::async_trait]
impl ObjectKeys for Sqlite {
    fn engine(&self) -> &'static str {
        "sqlite"
    }

    async fn keep(&self, key: KeptKey) -> Result<Keeping, StoreError> {
        let mut transaction = self.write().await?;
        if let Some(Loaded { record, .. }) = load(&mut transaction, &key.object).await? {
            return Ok(record.taken());
        }
        let inserted = sqlx::query(
            "INSERT INTO object_keys (object, fingerprint, created_at, expires_at) VALUES (?, ?, ?, ?)",
        )
        .bind(key.object.as_str())
        .bind(&key.fingerprint.to_bytes()[..])
        .bind(integer(key.created_at.as_millis()))
        .bind(key.expires_at.map(|at| integer(at.as_millis())))
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        sqlx::query("INSERT INTO object_wraps (id, wrap) VALUES (?, ?)")
            .bind(inserted.last_insert_rowid())
            .bind(key.wrap.as_bytes())
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        Ok(Keeping::Kept)
    }

    async fn find(&self, object: &ObjectId) -> Result<Finding, StoreError> {
        let mut reader = self.readers().acquire().await.map_err(store_error)?;
        Ok(row::find(&mut reader, object).await?.map_or(Finding::Unknown, |loaded| loaded.record.find()))
    }

    async fn rewrap(&self, object: &ObjectId, old: &Wrap, new: Wrap) -> Result<Rewrapping, StoreError> {
        let mut transaction = self.write().await?;
        let Some(mut loaded) = load(&mut transaction, object).await? else { return Ok(Rewrapping::Unknown) };
        let rewrapped = loaded.record.rewrap(old, new);
        if let (Rewrapping::Rewrapped, KeyState::Live(wrap)) = (&rewrapped, &loaded.record.state) {
            sqlx::query("UPDATE object_wraps SET wrap = ? WHERE id = ?")
                .bind(wrap.as_bytes())
                .bind(loaded.id)
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(rewrapped)
    }

    async fn erase(&self, object: &ObjectId, cause: Cause, at: UnixMillis) -> Result<Erasing, StoreError> {
        let mut transaction = self.write().await?;
        let Some(mut loaded) = load(&mut transaction, object).await? else { return Ok(Erasing::Unknown) };
        let erasing = loaded.record.erase(cause, at);
        if let Erasing::Erased(tombstone) = &erasing {
            sqlx::query("UPDATE object_keys SET erased_at = ?, cause = ? WHERE id = ?")
                .bind(integer(tombstone.at.as_millis()))
                .bind(tombstone.cause.as_str())
                .bind(loaded.id)
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
            // Of the same length, so that SQLite writes over it where it lies.
            sqlx::query("UPDATE object_wraps SET wrap = zeroblob(length(wrap)) WHERE id = ?")
                .bind(loaded.id)
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(erasing)
    }

    async fn scrub(&self) -> Result<MediumCaveat, StoreError> {
        self.empty_log().await
    }

    async fn hold(&self, object: &ObjectId, hold: Hold) -> Result<Holding, StoreError> {
        let mut transaction = self.write().await?;
        let Some(mut loaded) = load(&mut transaction, object).await? else { return Ok(Holding::Unknown) };
        let holding = loaded.record.hold(hold.clone());
        if holding == Holding::Held {
            sqlx::query("INSERT INTO object_holds (object_key, name, reason, since) VALUES (?, ?, ?, ?)")
                .bind(loaded.id)
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

    async fn release(&self, object: &ObjectId, name: &HoldName) -> Result<Releasing, StoreError> {
        let mut transaction = self.write().await?;
        let Some(mut loaded) = load(&mut transaction, object).await? else { return Ok(Releasing::NotHeld) };
        let releasing = loaded.record.release(name);
        if let Releasing::Released { .. } = releasing {
            sqlx::query("DELETE FROM object_holds WHERE object_key = ? AND name = ?")
                .bind(loaded.id)
                .bind(name.as_str())
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(releasing)
    }

    async fn holds(&self, object: &ObjectId) -> Result<Vec<Hold>, StoreError> {
        let mut reader = self.readers().acquire().await.map_err(store_error)?;
        row::holds_by_object(&mut reader, object).await
    }

    async fn schedule(
        &self,
        object: &ObjectId,
        expires_at: Option<UnixMillis>,
    ) -> Result<Scheduling, StoreError> {
        let mut transaction = self.write().await?;
        let Some(mut loaded) = load(&mut transaction, object).await? else { return Ok(Scheduling::Unknown) };
        let scheduling = loaded.record.schedule(expires_at);
        if scheduling == Scheduling::Scheduled {
            set_expiry(&mut transaction, loaded.id, expires_at).await?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(scheduling)
    }

    async fn due(
        &self,
        now: UnixMillis,
        after: Option<&Due>,
        limit: NonZeroU32,
    ) -> Result<Vec<Due>, StoreError> {
        let rows = sqlx::query(
            "SELECT expires_at, object FROM object_keys
             WHERE expires_at IS NOT NULL AND erased_at IS NULL AND expires_at <= ?1
                 AND (expires_at, object) > (?2, ?3)
                 AND NOT EXISTS (SELECT 1 FROM object_holds WHERE object_key = object_keys.id)
             ORDER BY expires_at, object LIMIT ?4",
        )
        .bind(integer(now.as_millis()))
        .bind(after.map_or(-1, |after| integer(after.expires_at.as_millis())))
        .bind(after.map_or("", |after| after.object.as_str()))
        .bind(limit.get().min(MAX_PAGE))
        .fetch_all(self.readers())
        .await
        .map_err(store_error)?;
        rows.iter()
            .map(|row| Ok(Due { expires_at: row::time(row, "expires_at")?, object: row::object(row)? }))
            .collect()
    }

    async fn live(&self, after: Option<&ObjectId>, limit: NonZeroU32) -> Result<Vec<KeptKey>, StoreError> {
        let rows = sqlx::query(
            "SELECT object_keys.*, wrap FROM object_keys JOIN object_wraps USING (id)
             WHERE object > ? AND erased_at IS NULL ORDER BY object LIMIT ?",
        )
        .bind(after.map_or("", ObjectId::as_str))
        .bind(limit.get().min(MAX_PAGE))
        .fetch_all(self.readers())
        .await
        .map_err(store_error)?;
        rows.iter().map(row::live).collect()
    }
}

async fn set_expiry(
    connection: &mut SqliteConnection,
    id: i64,
    expires_at: Option<UnixMillis>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE object_keys SET expires_at = ? WHERE id = ?")
        .bind(expires_at.map(|at| integer(at.as_millis())))
        .bind(id)
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}
