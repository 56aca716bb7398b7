//! The row of a key.

use crate::domain::{column, number, store_error};
use sqlx::postgres::{PgConnection, PgRow};
use stockade_core::{StoreError, UnixMillis};
use stockade_secure_delete::erase::{
    Cause, Finding, Hold, HoldName, KeptKey, KeyFingerprint, KeyRecord, KeyState, ObjectId, Wrap,
};

/// The record of `object` with its holds, which nobody else changes until the transaction ends: whoever changes a hold takes the
/// lock of the key's row first.
pub(super) async fn load(
    connection: &mut PgConnection,
    object: &ObjectId,
) -> Result<Option<KeyRecord>, StoreError> {
    let found = sqlx::query("SELECT * FROM stockade.object_keys WHERE object = $1 FOR UPDATE")
        .bind(object.as_str())
        .fetch_optional(&mut *connection)
        .await
        .map_err(store_error)?;
    let Some(row) = found else { return Ok(None) };
    let mut record = record(&row)?;
    record.holds = holds(connection, object).await?;
    Ok(Some(record))
}

pub(super) async fn holds(connection: &mut PgConnection, object: &ObjectId) -> Result<Vec<Hold>, StoreError> {
    let rows =
        sqlx::query("SELECT name, reason, since FROM stockade.object_holds WHERE object = $1 ORDER BY name")
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

/// The record in a row, without its holds.
pub(super) fn record(row: &PgRow) -> Result<KeyRecord, StoreError> {
    let state = match column::<Option<&str>>(row, "cause")? {
        None => KeyState::Live(Wrap::new(column(row, "wrap")?).map_err(StoreError::corrupt)?),
        Some(cause) => {
            let cause = Cause::from_name(cause)
                .ok_or_else(|| StoreError::corrupt("a key was erased for an unknown cause"))?;
            KeyState::Erased { at: time(row, "erased_at")?, cause }
        }
    };
    let fingerprint: &[u8] = column(row, "fingerprint")?;
    let expires_at = match column::<Option<i64>>(row, "expires_at")? {
        Some(at) => Some(UnixMillis::from_millis(u64::try_from(at).map_err(StoreError::corrupt)?)),
        None => None,
    };
    Ok(KeyRecord {
        object: object(row)?,
        fingerprint: KeyFingerprint::from_bytes(fingerprint.try_into().map_err(StoreError::corrupt)?),
        created_at: time(row, "created_at")?,
        expires_at,
        state,
        holds: Vec::new(),
    })
}

/// A row that is known to be of a live key.
pub(super) fn live(row: &PgRow) -> Result<KeptKey, StoreError> {
    match record(row)?.find() {
        Finding::Live(key) => Ok(key),
        Finding::Erased(_) | Finding::Unknown => {
            Err(StoreError::corrupt("an erased key among the live ones"))
        }
    }
}

pub(super) fn object(row: &PgRow) -> Result<ObjectId, StoreError> {
    ObjectId::new(column::<&str>(row, "object")?).map_err(StoreError::corrupt)
}

pub(super) fn time(row: &PgRow, name: &'static str) -> Result<UnixMillis, StoreError> {
    number(row, name).map(UnixMillis::from_millis)
}
