//! A session's row.

use crate::domain::{column, integer, number, store_error};
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::Query;
use stockade_authn::refresh::{Nonce, TokenDigest};
use stockade_authn::session::{EndReason, Ended, LastRotation, SessionRecord};
use stockade_core::{SessionId, StoreError, SubjectId, UnixMillis};

pub(super) fn session(row: &PgRow) -> Result<SessionRecord, StoreError> {
    Ok(SessionRecord {
        id: SessionId::from_bytes(bytes(row, "id")?),
        subject: column::<&str>(row, "subject")?.parse().map_err(StoreError::corrupt)?,
        client: serde_json::from_str(column(row, "client")?).map_err(StoreError::corrupt)?,
        created_at: time(row, "created_at")?,
        methods: column::<&str>(row, "methods")?.parse().map_err(StoreError::corrupt)?,
        credential_version: number(row, "credential_version")?,
        last_seen_at: time(row, "last_seen_at")?,
        idle_expires_at: time(row, "idle_expires_at")?,
        expires_at: time(row, "expires_at")?,
        current: TokenDigest::from_bytes(bytes(row, "current")?),
        last_rotation: last_rotation(row)?,
        ended: ended(row)?,
    })
}

/// The session, which nobody else changes until the transaction ends.
pub(super) async fn hold(
    connection: &mut PgConnection,
    id: SessionId,
) -> Result<Option<SessionRecord>, StoreError> {
    let found = sqlx::query("SELECT * FROM stockade.sessions WHERE id = $1 FOR UPDATE")
        .bind(&id.to_bytes()[..])
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    found.as_ref().map(session).transpose()
}

/// Whether nobody else may change what is read until the transaction ends.
#[derive(Clone, Copy)]
pub(super) enum Hold {
    Yes,
    No,
}

/// The subject's sessions that stand at `now`, newest first. SQL leaves out what is surely over; the record has the last word.
pub(super) async fn live_of(
    connection: &mut PgConnection,
    subject: &SubjectId,
    now: UnixMillis,
    hold: Hold,
) -> Result<Vec<SessionRecord>, StoreError> {
    let sql = match hold {
        Hold::Yes => {
            "SELECT * FROM stockade.sessions WHERE subject = $1 AND ended_at IS NULL AND expires_at > $2
             ORDER BY created_at DESC, id DESC FOR UPDATE"
        }
        Hold::No => {
            "SELECT * FROM stockade.sessions WHERE subject = $1 AND ended_at IS NULL AND expires_at > $2
             ORDER BY created_at DESC, id DESC"
        }
    };
    let rows = sqlx::query(sql)
        .bind(subject.as_str())
        .bind(integer(now.as_millis()))
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    let mut sessions = rows.iter().map(session).collect::<Result<Vec<_>, _>>()?;
    sessions.retain(|session| session.is_live(now));
    Ok(sessions)
}

pub(super) async fn insert(connection: &mut PgConnection, session: &SessionRecord) -> Result<(), StoreError> {
    let client = serde_json::to_string(&session.client).map_err(StoreError::corrupt)?;
    let query = sqlx::query(
        "INSERT INTO stockade.sessions (last_seen_at, idle_expires_at, current, spent, nonce, rotated_at, ended_at,
             end_reason, id, subject, client, created_at, expires_at, methods, credential_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    );
    bind_life(query, session)
        .bind(session.subject.as_str())
        .bind(client)
        .bind(integer(session.created_at.as_millis()))
        .bind(integer(session.expires_at.as_millis()))
        .bind(session.methods.to_string())
        .bind(integer(session.credential_version))
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

/// Saves what can change in a session's life.
pub(super) async fn save(connection: &mut PgConnection, session: &SessionRecord) -> Result<(), StoreError> {
    let query = sqlx::query(
        "UPDATE stockade.sessions SET last_seen_at = $1, idle_expires_at = $2, current = $3,
             spent = $4, nonce = $5, rotated_at = $6, ended_at = $7, end_reason = $8
         WHERE id = $9",
    );
    bind_life(query, session).execute(connection).await.map(drop).map_err(store_error)
}

/// What can change in a session's life, and its id.
fn bind_life<'q>(
    query: Query<'q, sqlx::Postgres, PgArguments>,
    session: &'q SessionRecord,
) -> Query<'q, sqlx::Postgres, PgArguments> {
    let rotation = session.last_rotation;
    query
        .bind(integer(session.last_seen_at.as_millis()))
        .bind(integer(session.idle_expires_at.as_millis()))
        .bind(session.current.to_bytes().to_vec())
        .bind(rotation.map(|last| last.spent.to_bytes().to_vec()))
        .bind(rotation.map(|last| last.nonce.to_bytes().to_vec()))
        .bind(rotation.map(|last| integer(last.at.as_millis())))
        .bind(session.ended.map(|ended| integer(ended.at.as_millis())))
        .bind(session.ended.map(|ended| ended.reason.as_str()))
        .bind(session.id.to_bytes().to_vec())
}

fn last_rotation(row: &PgRow) -> Result<Option<LastRotation>, StoreError> {
    if column::<Option<i64>>(row, "rotated_at")?.is_none() {
        return Ok(None);
    }
    let spent = TokenDigest::from_bytes(bytes(row, "spent")?);
    let nonce = Nonce::from_bytes(bytes(row, "nonce")?);
    Ok(Some(LastRotation { spent, nonce, at: time(row, "rotated_at")? }))
}

fn ended(row: &PgRow) -> Result<Option<Ended>, StoreError> {
    let Some(reason) = column::<Option<&str>>(row, "end_reason")? else { return Ok(None) };
    let reason = EndReason::from_name(reason)
        .ok_or_else(|| StoreError::corrupt("a session ended for an unknown reason"))?;
    Ok(Some(Ended { at: time(row, "ended_at")?, reason }))
}

pub(super) fn time(row: &PgRow, name: &'static str) -> Result<UnixMillis, StoreError> {
    number(row, name).map(UnixMillis::from_millis)
}

pub(super) fn bytes<const N: usize>(row: &PgRow, name: &'static str) -> Result<[u8; N], StoreError> {
    let bytes: &[u8] = column(row, name)?;
    bytes.try_into().map_err(StoreError::corrupt)
}
