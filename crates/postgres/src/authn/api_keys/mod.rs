//! API keys. Each transaction loads a record, lets the domain judge, and saves what it changed. What depends on all keys of an owner,
//! or makes one, takes the owner's lock first.

mod record;

use crate::Postgres;
use crate::domain::{Lock, integer, lock, store_error};
use record::{end_predecessors, hold, hold_live, insert, live, record, save};
use sqlx::Transaction;
use std::time::Duration;
use stockade_authn::api_key::{ApiKeyRecord, ApiKeyStore, KeyCreation, KeyRevocation, KeyRotation};
use stockade_core::{ApiKeyId, StoreError, SubjectId, UnixMillis};

/// Keys forgotten in one statement, so that a long-neglected purge does not keep others waiting.
const PURGE: i64 = 1000;

#[async_trait::async_trait]
impl ApiKeyStore for Postgres {
    async fn create(&self, key: ApiKeyRecord, cap: usize) -> Result<KeyCreation, StoreError> {
        let key = &key;
        self.decide(|| async move {
            let mut transaction = self.keys_of(&key.owner).await?;
            if hold(&mut transaction, &key.id).await?.is_some() {
                return Ok(KeyCreation::Taken);
            }
            let live = hold_live(&mut transaction, &key.owner, key.created_at).await?;
            if live.iter().filter(|other| other.takes_a_place(key.created_at)).count() >= cap {
                return Ok(KeyCreation::TooMany);
            }
            // Another owner may have taken the id in the meantime.
            if insert(&mut transaction, key).await? == 0 {
                return Ok(KeyCreation::Taken);
            }
            transaction.commit().await.map_err(store_error)?;
            Ok(KeyCreation::Created)
        })
        .await
    }

    async fn by_id(&self, id: &ApiKeyId) -> Result<Option<ApiKeyRecord>, StoreError> {
        let found = self.decide(|| async {
            sqlx::query("SELECT * FROM stockade.api_keys WHERE id = $1")
                .bind(id.as_str())
                .fetch_optional(self.pool())
                .await
                .map_err(store_error)
        });
        found.await?.as_ref().map(record).transpose()
    }

    async fn list(&self, owner: &SubjectId, now: UnixMillis) -> Result<Vec<ApiKeyRecord>, StoreError> {
        let rows = self.decide(|| async {
            sqlx::query(
                "SELECT * FROM stockade.api_keys
                 WHERE owner = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
                 ORDER BY created_at DESC, id DESC",
            )
            .bind(owner.as_str())
            .bind(integer(now.as_millis()))
            .fetch_all(self.pool())
            .await
            .map_err(store_error)
        });
        live(&rows.await?, now)
    }

    async fn revoke(
        &self,
        id: &ApiKeyId,
        owner: Option<&SubjectId>,
        now: UnixMillis,
    ) -> Result<KeyRevocation, StoreError> {
        self.decide(|| async move {
            let mut transaction = self.begin().await?;
            let found = hold(&mut transaction, id).await?;
            let theirs = found.filter(|key| owner.is_none_or(|owner| *owner == key.owner));
            let Some(mut key) = theirs else { return Ok(KeyRevocation::Unknown) };
            if !key.is_live(now) {
                return Ok(KeyRevocation::AlreadyOver { owner: key.owner });
            }
            key.revoked_at = Some(now);
            save(&mut transaction, &key).await?;
            transaction.commit().await.map_err(store_error)?;
            Ok(KeyRevocation::Revoked { owner: key.owner })
        })
        .await
    }

    async fn revoke_all(&self, owner: &SubjectId, now: UnixMillis) -> Result<Vec<ApiKeyId>, StoreError> {
        self.decide(|| async move {
            let mut transaction = self.keys_of(owner).await?;
            let mut live = hold_live(&mut transaction, owner, now).await?;
            for key in &mut live {
                key.revoked_at = Some(now);
                save(&mut transaction, key).await?;
            }
            transaction.commit().await.map_err(store_error)?;
            Ok(live.into_iter().map(|key| key.id).collect())
        })
        .await
    }

    async fn rotate(
        &self,
        id: &ApiKeyId,
        owner: &SubjectId,
        successor: ApiKeyRecord,
        overlap: Duration,
    ) -> Result<KeyRotation, StoreError> {
        let successor = &successor;
        self.decide(|| async move {
            let (mut transaction, now) = (self.keys_of(owner).await?, successor.created_at);
            let theirs = hold(&mut transaction, id).await?.filter(|key| key.owner == *owner);
            let Some(mut key) = theirs else { return Ok(KeyRotation::Unknown) };
            let rotation = key.rotate(&successor.id, now, overlap);
            if matches!(rotation, KeyRotation::Rotated { .. }) {
                save(&mut transaction, &key).await?;
                end_predecessors(&mut transaction, id, now).await?;
                if insert(&mut transaction, successor).await? == 0 {
                    return Err(StoreError::conflict("the id of the new key is taken"));
                }
                transaction.commit().await.map_err(store_error)?;
            }
            Ok(rotation)
        })
        .await
    }

    async fn touch(&self, id: &ApiKeyId, at: UnixMillis) -> Result<(), StoreError> {
        self.decide(|| async {
            sqlx::query(
                "UPDATE stockade.api_keys SET last_used_at = $1
                 WHERE id = $2 AND coalesce(last_used_at, 0) < $1",
            )
            .bind(integer(at.as_millis()))
            .bind(id.as_str())
            .execute(self.pool())
            .await
            .map(drop)
            .map_err(store_error)
        })
        .await
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let purged = self.decide(|| async {
                sqlx::query(
                    "DELETE FROM stockade.api_keys WHERE id IN (SELECT id FROM stockade.api_keys
                     WHERE revoked_at < $1 OR expires_at < $1 LIMIT $2 FOR UPDATE)",
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
    /// A transaction that alone may make keys of this owner.
    async fn keys_of(&self, owner: &SubjectId) -> Result<Transaction<'static, sqlx::Postgres>, StoreError> {
        let mut transaction = self.begin().await?;
        lock(&mut transaction, Lock::ApiKeys, owner.as_str()).await.map_err(store_error)?;
        Ok(transaction)
    }
}
