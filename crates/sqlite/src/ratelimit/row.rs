//! The rows of budgets and of their time.

use crate::domain::{column, integer, store_error};
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;
use std::num::NonZeroU32;
use std::time::Duration;
use stockade_core::StoreError;
use stockade_ratelimit::{Key, Stamp};

/// Keys forgotten in one decision, so that a capacity that was lowered keeps nobody waiting.
const MOST_FORGOTTEN: i64 = 1000;

/// The name under which a key is kept.
pub(super) struct KeyDigest([u8; 16]);

impl KeyDigest {
    pub(super) fn of(key: &Key) -> Self {
        let digest: [u8; 32] = Sha256::digest(key.to_string().as_bytes()).into();
        let mut kept = [0; 16];
        kept.copy_from_slice(&digest[..16]);
        Self(kept)
    }
}

/// `None` until something was charged.
pub(super) async fn stamp(connection: &mut SqliteConnection) -> Result<Option<Stamp>, StoreError> {
    let row = sqlx::query("SELECT elapsed, wall, horizon FROM limits_time WHERE wall > 0")
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    let Some(row) = row else { return Ok(None) };
    let span = |name| column::<u64>(&row, name).map(Duration::from_nanos);
    Ok(Some(Stamp { elapsed: span("elapsed")?, wall: span("wall")?, horizon: span("horizon")? }))
}

pub(super) async fn keep_stamp(connection: &mut SqliteConnection, stamp: Stamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE limits_time SET elapsed = ?, wall = max(?, 1), horizon = ?")
        .bind(nanos(stamp.elapsed))
        .bind(nanos(stamp.wall))
        .bind(nanos(stamp.horizon))
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

pub(super) async fn paid_up_at(
    connection: &mut SqliteConnection,
    key: &KeyDigest,
) -> Result<Option<Duration>, StoreError> {
    let at: Option<u64> = sqlx::query_scalar("SELECT paid_up_at FROM limits WHERE key = ?")
        .bind(&key.0[..])
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    Ok(at.map(Duration::from_nanos))
}

pub(super) async fn keep(
    connection: &mut SqliteConnection,
    key: &KeyDigest,
    paid_up_at: Duration,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO limits (key, paid_up_at) VALUES (?, ?)
         ON CONFLICT (key) DO UPDATE SET paid_up_at = excluded.paid_up_at",
    )
    .bind(&key.0[..])
    .bind(nanos(paid_up_at))
    .execute(connection)
    .await
    .map(drop)
    .map_err(store_error)
}

/// Forgets at most `rows` keys that owe nothing.
pub(super) async fn sweep(
    connection: &mut SqliteConnection,
    now: Duration,
    rows: usize,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM limits WHERE key IN
         (SELECT key FROM limits WHERE paid_up_at <= ? ORDER BY paid_up_at LIMIT ?)",
    )
    .bind(nanos(now))
    .bind(integer(rows as u64))
    .execute(connection)
    .await
    .map(drop)
    .map_err(store_error)
}

/// Forgets the keys that would be whole soonest, as many as are too many, but none of those just charged.
pub(super) async fn make_room(
    connection: &mut SqliteConnection,
    capacity: NonZeroU32,
    charged: &[KeyDigest],
) -> Result<(), StoreError> {
    let keys: i64 = sqlx::query_scalar("SELECT keys FROM limits_time")
        .fetch_one(&mut *connection)
        .await
        .map_err(store_error)?;
    let excess = keys.saturating_sub(i64::from(capacity.get())).min(MOST_FORGOTTEN);
    if excess <= 0 {
        return Ok(());
    }
    let mut forget =
        sqlx::QueryBuilder::new("DELETE FROM limits WHERE key IN (SELECT key FROM limits WHERE key NOT IN (");
    let mut list = forget.separated(", ");
    for key in charged {
        list.push_bind(&key.0[..]);
    }
    forget.push(") ORDER BY paid_up_at LIMIT ").push_bind(excess).push(")");
    forget.build().execute(connection).await.map(drop).map_err(store_error)
}

/// SQLite's integers are signed; the end of the store's time is far below their end.
fn nanos(span: Duration) -> i64 {
    integer(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX))
}
