//! API keys. Each transaction loads a record, lets the domain judge, and saves what it changed.

use crate::Sqlite;
use crate::domain::{column, integer, store_error};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::time::Duration;
use stockade_authn::api_key::{
    ApiKeyDigest, ApiKeyName, ApiKeyRecord, ApiKeyStore, KeyCreation, KeyRevocation, KeyRotation,
};
use stockade_core::{ApiKeyId, StoreError, SubjectId, UnixMillis};

/// Keys forgotten in one statement, so that a long-neglected purge does not keep others waiting.
const PURGE: i64 = 1000;

#[async_trait::async_trait]
impl ApiKeyStore for Sqlite {
    async fn create(&self, key: ApiKeyRecord, cap: usize) -> Result<KeyCreation, StoreError> {
        let mut transaction = self.write().await?;
        if find(&mut transaction, &key.id).await?.is_some() {
            return Ok(KeyCreation::Taken);
        }
        let live = live_of(&mut transaction, &key.owner, key.created_at).await?;
        if live.iter().filter(|other| other.takes_a_place(key.created_at)).count() >= cap {
            return Ok(KeyCreation::TooMany);
        }
        insert(&mut transaction, &key).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(KeyCreation::Created)
    }

    async fn by_id(&self, id: &ApiKeyId) -> Result<Option<ApiKeyRecord>, StoreError> {
        let mut reader = self.readers().acquire().await.map_err(store_error)?;
        find(&mut reader, id).await
    }

    async fn list(&self, owner: &SubjectId, now: UnixMillis) -> Result<Vec<ApiKeyRecord>, StoreError> {
        let mut reader = self.readers().acquire().await.map_err(store_error)?;
        live_of(&mut reader, owner, now).await
    }

    async fn revoke(
        &self,
        id: &ApiKeyId,
        owner: Option<&SubjectId>,
        now: UnixMillis,
    ) -> Result<KeyRevocation, StoreError> {
        let mut transaction = self.write().await?;
        let found = find(&mut transaction, id).await?;
        let theirs = found.filter(|key| owner.is_none_or(|owner| *owner == key.owner));
        let Some(mut key) = theirs else { return Ok(KeyRevocation::Unknown) };
        if !key.is_live(now) {
            return Ok(KeyRevocation::AlreadyOver { owner: key.owner });
        }
        key.revoked_at = Some(now);
        save(&mut transaction, &key).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(KeyRevocation::Revoked { owner: key.owner })
    }

    async fn revoke_all(&self, owner: &SubjectId, now: UnixMillis) -> Result<Vec<ApiKeyId>, StoreError> {
        let mut transaction = self.write().await?;
        let mut live = live_of(&mut transaction, owner, now).await?;
        for key in &mut live {
            key.revoked_at = Some(now);
            save(&mut transaction, key).await?;
        }
        transaction.commit().await.map_err(store_error)?;
        Ok(live.into_iter().map(|key| key.id).collect())
    }

    async fn rotate(
        &self,
        id: &ApiKeyId,
        owner: &SubjectId,
        successor: ApiKeyRecord,
        overlap: Duration,
    ) -> Result<KeyRotation, StoreError> {
        let (mut transaction, now) = (self.write().await?, successor.created_at);
        let theirs = find(&mut transaction, id).await?.filter(|key| key.owner == *owner);
        let Some(mut key) = theirs else { return Ok(KeyRotation::Unknown) };
        let rotation = key.rotate(&successor.id, now, overlap);
        if matches!(rotation, KeyRotation::Rotated { .. }) {
            save(&mut transaction, &key).await?;
            end_predecessors(&mut transaction, id, now).await?;
            insert(&mut transaction, &successor).await?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(rotation)
    }

    async fn touch(&self, id: &ApiKeyId, at: UnixMillis) -> Result<(), StoreError> {
        sqlx::query("UPDATE api_keys SET last_used_at = ?1 WHERE id = ?2 AND coalesce(last_used_at, 0) < ?1")
            .bind(integer(at.as_millis()))
            .bind(id.as_str())
            .execute(self.writer())
            .await
            .map(drop)
            .map_err(store_error)
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let purged = sqlx::query(
                "DELETE FROM api_keys WHERE id IN (SELECT id FROM api_keys
                 WHERE revoked_at < ?1 OR expires_at < ?1 LIMIT ?2)",
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

async fn find(connection: &mut SqliteConnection, id: &ApiKeyId) -> Result<Option<ApiKeyRecord>, StoreError> {
    let found = sqlx::query("SELECT * FROM api_keys WHERE id = ?")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    found.as_ref().map(record).transpose()
}

/// The owner's keys that stand at `now`, newest first. SQL leaves out what is surely over; the record has the last word.
async fn live_of(
    connection: &mut SqliteConnection,
    owner: &SubjectId,
    now: UnixMillis,
) -> Result<Vec<ApiKeyRecord>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM api_keys WHERE owner = ?1 AND revoked_at IS NULL AND coalesce(expires_at > ?2, 1)
         ORDER BY created_at DESC, id DESC",
    )
    .bind(owner.as_str())
    .bind(integer(now.as_millis()))
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    let mut keys = rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
    keys.retain(|key| key.is_live(now));
    Ok(keys)
}

async fn insert(connection: &mut SqliteConnection, key: &ApiKeyRecord) -> Result<(), StoreError> {
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    sqlx::query(
        "INSERT INTO api_keys (id, owner, name, scopes, digest, created_at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(key.id.as_str())
    .bind(key.owner.as_str())
    .bind(key.name.as_str())
    .bind(scopes.join(" "))
    .bind(&key.digest.to_bytes()[..])
    .bind(integer(key.created_at.as_millis()))
    .execute(&mut *connection)
    .await
    .map_err(store_error)?;
    save(connection, key).await
}

/// Saves what can change in a key's life.
async fn save(connection: &mut SqliteConnection, key: &ApiKeyRecord) -> Result<(), StoreError> {
    let time = |at: Option<UnixMillis>| at.map(|at| integer(at.as_millis()));
    sqlx::query(
        "UPDATE api_keys SET expires_at = ?, last_used_at = ?, revoked_at = ?, successor = ? WHERE id = ?",
    )
    .bind(time(key.expires_at))
    .bind(time(key.last_used_at))
    .bind(time(key.revoked_at))
    .bind(key.successor.as_ref().map(ApiKeyId::as_str))
    .bind(key.id.as_str())
    .execute(connection)
    .await
    .map(drop)
    .map_err(store_error)
}

async fn end_predecessors(
    connection: &mut SqliteConnection,
    id: &ApiKeyId,
    now: UnixMillis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE api_keys SET expires_at = min(coalesce(expires_at, ?1), ?1) WHERE successor = ?2")
        .bind(integer(now.as_millis()))
        .bind(id.as_str())
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

fn record(row: &SqliteRow) -> Result<ApiKeyRecord, StoreError> {
    let time = |name| column::<Option<u64>>(row, name).map(|at| at.map(UnixMillis::from_millis));
    let scopes = column::<&str>(row, "scopes")?.split(' ').map(str::parse).collect::<Result<_, _>>();
    let digest: &[u8] = column(row, "digest")?;
    let successor = column::<Option<&str>>(row, "successor")?.map(str::parse).transpose();
    Ok(ApiKeyRecord {
        id: column::<&str>(row, "id")?.parse().map_err(StoreError::corrupt)?,
        owner: column::<&str>(row, "owner")?.parse().map_err(StoreError::corrupt)?,
        name: ApiKeyName::parse(column(row, "name")?).map_err(StoreError::corrupt)?,
        scopes: scopes.map_err(StoreError::corrupt)?,
        digest: ApiKeyDigest::from_bytes(digest.try_into().map_err(StoreError::corrupt)?),
        created_at: UnixMillis::from_millis(column(row, "created_at")?),
        expires_at: time("expires_at")?,
        last_used_at: time("last_used_at")?,
        revoked_at: time("revoked_at")?,
        successor: successor.map_err(StoreError::corrupt)?,
    })
}
