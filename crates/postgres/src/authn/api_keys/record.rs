//! A key's row.

use crate::domain::{column, integer, number, store_error};
use sqlx::postgres::{PgConnection, PgRow};
use stockade_authn::api_key::{ApiKeyDigest, ApiKeyName, ApiKeyRecord};
use stockade_core::{ApiKeyId, StoreError, SubjectId, UnixMillis};

/// The key, which nobody else changes until the transaction ends.
pub(super) async fn hold(
    connection: &mut PgConnection,
    id: &ApiKeyId,
) -> Result<Option<ApiKeyRecord>, StoreError> {
    let found = sqlx::query("SELECT * FROM stockade.api_keys WHERE id = $1 FOR UPDATE")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    found.as_ref().map(record).transpose()
}

/// The owner's keys that stand at `now`, newest first, which nobody else changes until the transaction ends. SQL leaves out what is
/// surely over; the record has the last word.
pub(super) async fn hold_live(
    connection: &mut PgConnection,
    owner: &SubjectId,
    now: UnixMillis,
) -> Result<Vec<ApiKeyRecord>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM stockade.api_keys
         WHERE owner = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
         ORDER BY created_at DESC, id DESC FOR UPDATE",
    )
    .bind(owner.as_str())
    .bind(integer(now.as_millis()))
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    live(&rows, now)
}

pub(super) fn live(rows: &[PgRow], now: UnixMillis) -> Result<Vec<ApiKeyRecord>, StoreError> {
    let mut keys = rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
    keys.retain(|key| key.is_live(now));
    Ok(keys)
}

/// How many rows were written: none, where the id is taken.
pub(super) async fn insert(connection: &mut PgConnection, key: &ApiKeyRecord) -> Result<u64, StoreError> {
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    sqlx::query(
        "INSERT INTO stockade.api_keys (id, owner, name, scopes, digest, created_at, expires_at, last_used_at,
             revoked_at, successor)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(key.id.as_str())
    .bind(key.owner.as_str())
    .bind(key.name.as_str())
    .bind(scopes.join(" "))
    .bind(&key.digest.to_bytes()[..])
    .bind(integer(key.created_at.as_millis()))
    .bind(millis(key.expires_at))
    .bind(millis(key.last_used_at))
    .bind(millis(key.revoked_at))
    .bind(key.successor.as_ref().map(ApiKeyId::as_str))
    .execute(connection)
    .await
    .map(|inserted| inserted.rows_affected())
    .map_err(store_error)
}

/// Saves what can change in a key's life.
pub(super) async fn save(connection: &mut PgConnection, key: &ApiKeyRecord) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE stockade.api_keys SET expires_at = $1, last_used_at = $2, revoked_at = $3, successor = $4
         WHERE id = $5",
    )
    .bind(millis(key.expires_at))
    .bind(millis(key.last_used_at))
    .bind(millis(key.revoked_at))
    .bind(key.successor.as_ref().map(ApiKeyId::as_str))
    .bind(key.id.as_str())
    .execute(connection)
    .await
    .map(drop)
    .map_err(store_error)
}

pub(super) async fn end_predecessors(
    connection: &mut PgConnection,
    id: &ApiKeyId,
    now: UnixMillis,
) -> Result<(), StoreError> {
    // `least` passes over NULL.
    sqlx::query("UPDATE stockade.api_keys SET expires_at = least(expires_at, $1) WHERE successor = $2")
        .bind(integer(now.as_millis()))
        .bind(id.as_str())
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

fn millis(at: Option<UnixMillis>) -> Option<i64> {
    at.map(|at| integer(at.as_millis()))
}

pub(super) fn record(row: &PgRow) -> Result<ApiKeyRecord, StoreError> {
    let time = |name| match column::<Option<i64>>(row, name)? {
        None => Ok(None),
        Some(_) => number(row, name).map(|at| Some(UnixMillis::from_millis(at))),
    };
    let scopes = column::<&str>(row, "scopes")?.split(' ').map(str::parse).collect::<Result<_, _>>();
    let digest: &[u8] = column(row, "digest")?;
    let successor = column::<Option<&str>>(row, "successor")?.map(str::parse).transpose();
    Ok(ApiKeyRecord {
        id: column::<&str>(row, "id")?.parse().map_err(StoreError::corrupt)?,
        owner: column::<&str>(row, "owner")?.parse().map_err(StoreError::corrupt)?,
        name: ApiKeyName::parse(column(row, "name")?).map_err(StoreError::corrupt)?,
        scopes: scopes.map_err(StoreError::corrupt)?,
        digest: ApiKeyDigest::from_bytes(digest.try_into().map_err(StoreError::corrupt)?),
        created_at: UnixMillis::from_millis(number(row, "created_at")?),
        expires_at: time("expires_at")?,
        last_used_at: time("last_used_at")?,
        revoked_at: time("revoked_at")?,
        successor: successor.map_err(StoreError::corrupt)?,
    })
}
