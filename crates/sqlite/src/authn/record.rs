//! A session's row.

use crate::domain::{column, integer, store_error};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use stockade_authn::refresh::{Nonce, TokenDigest};
use stockade_authn::session::{EndReason, Ended, LastRotation, SessionRecord};
use stockade_core::{SessionId, StoreError, SubjectId, UnixMillis};

pub(super) fn session(row: &SqliteRow) -> Result<SessionRecord, StoreError> {
    Ok(SessionRecord {
        id: SessionId::from_bytes(bytes(row, "id")?),
        subject: column::<&str>(row, "subject")?.parse().map_err(StoreError::corrupt)?,
        client: serde_json::from_str(column(row, "client")?).map_err(StoreError::corrupt)?,
        created_at: time(row, "created_at")?,
        methods: column::<&str>(row, "methods")?.parse().map_err(StoreError::corrupt)?,
        credential_version: column(row, "credential_version")?,
        last_seen_at: time(row, "last_seen_at")?,
        idle_expires_at: time(row, "idle_expires_at")?,
        expires_at: time(row, "expires_at")?,
        current: TokenDigest::from_bytes(bytes(row, "current")?),
        last_rotation: last_rotation(row)?,
        ended: ended(row)?,
    })
}

pub(super) async fn find(
    connection: &mut SqliteConnection,
    id: SessionId,
) -> Result<Option<SessionRecord>, StoreError> {
    let found = sqlx::query("SELECT * FROM sessions WHERE id = ?")
        .bind(&id.to_bytes()[..])
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    found.as_ref().map(session).transpose()
}

/// The subject's sessions that stand at `now`, newest first. SQL leaves out what is surely over; the record has the last word.
pub(super) async fn live_of(
    connection: &mut SqliteConnection,
    subject: &SubjectId,
    now: UnixMillis,
) -> Result<Vec<SessionRecord>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM sessions WHERE subject = ?1 AND ended_at IS NULL AND expires_at > ?2
         ORDER BY created_at DESC, id DESC",
    )
    .bind(subject.as_str())
    .bind(integer(now.as_millis()))
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    let mut sessions = rows.iter().map(session).collect::<Result<Vec<_>, _>>()?;
    sessions.retain(|session| session.is_live(now));
    Ok(sessions)
}

pub(super) async fn insert(
    connection: &mut SqliteConnection,
    session: &SessionRecord,
) -> Result<(), StoreError> {
    let client = serde_json::to_string(&session.client).map_err(StoreError::corrupt)?;
    sqlx::query(
        "INSERT INTO sessions (id, subject, client, created_at, last_seen_at, idle_expires_at, expires_at, current,
             methods, credential_version)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&session.id.to_bytes()[..])
    .bind(session.subject.as_str())
    .bind(client)
    .bind(integer(session.created_at.as_millis()))
    .bind(integer(session.last_seen_at.as_millis()))
    .bind(integer(session.idle_expires_at.as_millis()))
    .bind(integer(session.expires_at.as_millis()))
    .bind(&session.current.to_bytes()[..])
    .bind(session.methods.to_string())
    .bind(integer(session.credential_version))
    .execute(&mut *connection)
    .await
    .map_err(store_error)?;
    save(connection, session).await
}

/// Saves what can change in a session's life.
pub(super) async fn save(
    connection: &mut SqliteConnection,
    session: &SessionRecord,
) -> Result<(), StoreError> {
    let rotation = session.last_rotation;
    sqlx::query(
        "UPDATE sessions SET last_seen_at = ?, idle_expires_at = ?, current = ?,
             spent = ?, nonce = ?, rotated_at = ?, ended_at = ?, end_reason = ?
         WHERE id = ?",
    )
    .bind(integer(session.last_seen_at.as_millis()))
    .bind(integer(session.idle_expires_at.as_millis()))
    .bind(&session.current.to_bytes()[..])
    .bind(rotation.map(|last| last.spent.to_bytes().to_vec()))
    .bind(rotation.map(|last| last.nonce.to_bytes().to_vec()))
    .bind(rotation.map(|last| integer(last.at.as_millis())))
    .bind(session.ended.map(|ended| integer(ended.at.as_millis())))
    .bind(session.ended.map(|ended| ended.reason.as_str()))
    .bind(&session.id.to_bytes()[..])
    .execute(connection)
    .await
    .map(drop)
    .map_err(store_error)
}

fn last_rotation(row: &SqliteRow) -> Result<Option<LastRotation>, StoreError> {
    if column::<Option<i64>>(row, "rotated_at")?.is_none() {
        return Ok(None);
    }
    let spent = TokenDigest::from_bytes(bytes(row, "spent")?);
    let nonce = Nonce::from_bytes(bytes(row, "nonce")?);
    Ok(Some(LastRotation { spent, nonce, at: time(row, "rotated_at")? }))
}

fn ended(row: &SqliteRow) -> Result<Option<Ended>, StoreError> {
    let Some(reason) = column::<Option<&str>>(row, "end_reason")? else { return Ok(None) };
    let reason = EndReason::from_name(reason)
        .ok_or_else(|| StoreError::corrupt("a session ended for an unknown reason"))?;
    Ok(Some(Ended { at: time(row, "ended_at")?, reason }))
}

pub(super) fn time(row: &SqliteRow, name: &'static str) -> Result<UnixMillis, StoreError> {
    column(row, name).map(UnixMillis::from_millis)
}

pub(super) fn bytes<const N: usize>(row: &SqliteRow, name: &'static str) -> Result<[u8; N], StoreError> {
    let bytes: &[u8] = column(row, name)?;
    bytes.try_into().map_err(StoreError::corrupt)
}
