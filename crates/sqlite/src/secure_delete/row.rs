//! The row of a key.

use crate::domain::{column, store_error};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use stockade_core::{StoreError, UnixMillis};
use stockade_secure_delete::erase::{
    Cause, Finding, Hold, HoldName, KeptKey, KeyFingerprint, KeyRecord, KeyState, ObjectId, Wrap,
};

/// A record and the number of its row.
pub(super) struct Loaded {
    pub(super) id: i64,
    pub(super) record: KeyRecord,
}

/// The record of `object` with its holds.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    object: &ObjectId,
) -> Result<Option<Loaded>, StoreError> {
    let Some(mut loaded) = find(connection, object).await? else { return Ok(None) };
    loaded.record.holds = holds_by_object(connection, object).await?;
    Ok(Some(loaded))
}

/// The record of `object` without its holds.
pub(super) async fn find(
    connection: &mut SqliteConnection,
    object: &ObjectId,
) -> Result<Option<Loaded>, StoreError> {
    let found = sqlx::query(
        "SELECT object_keys.*, wrap FROM object_keys JOIN object_wraps USING (id) WHERE object = ?",
    )
    .bind(object.as_str())
    .fetch_optional(connection)
    .await
    .map_err(store_error)?;
    found.as_ref().map(|row| Ok(Loaded { id: column(row, "id")?, record: record(row)? })).transpose()
}

pub(super) async fn holds_by_object(
    connection: &mut SqliteConnection,
    object: &ObjectId,
) -> Result<Vec<Hold>, StoreError> {
    let rows = sqlx::query(
        "SELECT name, reason, since FROM object_holds
         WHERE object_key = (SELECT id FROM object_keys WHERE object = ?) ORDER BY name",
    )
    .bind(object.as_str())
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    rows.iter()
        .map(|row| {
            let name = HoldName::new(column::<&str>(row, "name")?).map_err(StoreError::corrupt)?;
            Hold::new(name, column::<&str>(row, "reason")?, time(row, "since")?).map_err(StoreError::corrupt)
        })
        .collect()
}

fn record(row: &SqliteRow) -> Result<KeyRecord, StoreError> {
    let state = match column::<Option<&str>>(row, "cause")? {
        None => KeyState::Live(Wrap::new(column(row, "wrap")?).map_err(StoreError::corrupt)?),
        Some(cause) => {
            let cause = Cause::from_name(cause)
                .ok_or_else(|| StoreError::corrupt("a key was erased for an unknown cause"))?;
            KeyState::Erased { at: time(row, "erased_at")?, cause }
        }
    };
    let fingerprint: &[u8] = column(row, "fingerprint")?;
    Ok(KeyRecord {
        object: object(row)?,
        fingerprint: KeyFingerprint::from_bytes(fingerprint.try_into().map_err(StoreError::corrupt)?),
        created_at: time(row, "created_at")?,
        expires_at: column::<Option<u64>>(row, "expires_at")?.map(UnixMillis::from_millis),
        state,
        holds: Vec::new(),
    })
}

/// A row that is known to be of a live key.
pub(super) fn live(row: &SqliteRow) -> Result<KeptKey, StoreError> {
    match record(row)?.find() {
        Finding::Live(key) => Ok(key),
        Finding::Erased(_) | Finding::Unknown => {
            Err(StoreError::corrupt("an erased key among the live ones"))
        }
    }
}

pub(super) fn object(row: &SqliteRow) -> Result<ObjectId, StoreError> {
    ObjectId::new(column::<&str>(row, "object")?).map_err(StoreError::corrupt)
}

pub(super) fn time(row: &SqliteRow, name: &'static str) -> Result<UnixMillis, StoreError> {
    column(row, name).map(UnixMillis::from_millis)
}
