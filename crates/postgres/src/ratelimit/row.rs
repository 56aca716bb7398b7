//! The rows of budgets and of their time.

use crate::domain::{Lock, column, integer, number, store_error};
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;
use sqlx::{PgPool, Row};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;
use stockade_core::StoreError;
use stockade_ratelimit::{Key, Stamp};

/// The name under which a key is kept.
pub(super) struct KeyDigest([u8; 16]);

impl KeyDigest {
    pub(super) fn of(key: &Key) -> Self {
        let digest: [u8; 32] = Sha256::digest(key.to_string().as_bytes()).into();
        let mut kept = [0; 16];
        kept.copy_from_slice(&digest[..16]);
        Self(kept)
    }

    /// The second half of the name of its lock.
    fn lock(&self) -> i32 {
        let [a, b, c, d, ..] = self.0;
        i32::from_be_bytes([a, b, c, d])
    }
}

fn bytes(keys: &[KeyDigest]) -> Vec<Vec<u8>> {
    keys.iter().map(|key| key.0.to_vec()).collect()
}

/// Waits until nobody else decides about any of `keys`; in one order, so that nobody waits for ever.
pub(super) async fn hold(connection: &mut PgConnection, keys: &[KeyDigest]) -> Result<(), StoreError> {
    let mut locks: Vec<_> = keys.iter().map(KeyDigest::lock).collect();
    locks.sort_unstable();
    locks.dedup();
    sqlx::query(
        "SELECT count(pg_advisory_xact_lock($1, name)) FROM
         (SELECT name FROM unnest($2::int[]) WITH ORDINALITY AS one (name, place) ORDER BY place) AS ordered",
    )
    .bind(Lock::Limits as i32)
    .bind(locks)
    .execute(connection)
    .await
    .map(drop)
    .map_err(store_error)
}

/// `None` until something was charged. With the horizon only if it is asked for.
pub(super) async fn stamp(
    connection: &mut PgConnection,
    with_horizon: bool,
) -> Result<Option<Stamp>, StoreError> {
    let sql = if with_horizon {
        "SELECT elapsed, wall, coalesce((SELECT max(paid_up_at) FROM stockade.limits), 0) AS horizon
         FROM stockade.limits_time"
    } else {
        "SELECT elapsed, wall, 0::bigint AS horizon FROM stockade.limits_time"
    };
    let Some(row) = sqlx::query(sql).fetch_optional(connection).await.map_err(store_error)? else {
        return Ok(None);
    };
    let span = |name| number(&row, name).map(Duration::from_nanos);
    Ok(Some(Stamp { elapsed: span("elapsed")?, wall: span("wall")?, horizon: span("horizon")? }))
}

/// The time only goes on, whoever writes last.
pub(super) async fn keep_stamp(connection: &mut PgConnection, stamp: Stamp) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO stockade.limits_time AS kept (elapsed, wall) VALUES ($1, $2)
         ON CONFLICT (one) DO UPDATE SET elapsed = greatest(kept.elapsed, excluded.elapsed),
             wall = greatest(kept.wall, excluded.wall)",
    )
    .bind(nanos(stamp.elapsed))
    .bind(nanos(stamp.wall))
    .execute(connection)
    .await
    .map(drop)
    .map_err(store_error)
}

/// In the order of `keys`; zero for one that owes nothing.
pub(super) async fn paid_up_at(
    connection: &mut PgConnection,
    keys: &[KeyDigest],
) -> Result<Vec<Duration>, StoreError> {
    let rows = sqlx::query("SELECT key, paid_up_at FROM stockade.limits WHERE key = ANY($1)")
        .bind(bytes(keys))
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        found.insert(column::<&[u8]>(row, "key")?, Duration::from_nanos(number(row, "paid_up_at")?));
    }
    Ok(keys.iter().map(|key| found.get(&key.0[..]).copied().unwrap_or_default()).collect())
}

pub(super) async fn keep(
    connection: &mut PgConnection,
    keys: &[KeyDigest],
    paid_up_at: &[Duration],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO stockade.limits (key, paid_up_at) SELECT * FROM unnest($1::bytea[], $2::bigint[])
         ON CONFLICT (key) DO UPDATE SET paid_up_at = excluded.paid_up_at",
    )
    .bind(bytes(keys))
    .bind(paid_up_at.iter().copied().map(nanos).collect::<Vec<_>>())
    .execute(connection)
    .await
    .map(drop)
    .map_err(store_error)
}

/// Forgets at most `rows` keys that owe nothing; those that somebody is about to charge are left to them.
pub(super) async fn sweep(
    connection: &mut PgConnection,
    now: Duration,
    rows: usize,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM stockade.limits WHERE key IN
         (SELECT key FROM stockade.limits WHERE paid_up_at <= $1 ORDER BY paid_up_at LIMIT $2
          FOR UPDATE SKIP LOCKED)",
    )
    .bind(nanos(now))
    .bind(integer(rows as u64))
    .execute(connection)
    .await
    .map(drop)
    .map_err(store_error)
}

/// Counts, and forgets the keys that would be whole soonest, as many as are too many.
pub(super) async fn make_room(pool: &PgPool, capacity: NonZeroU32) -> Result<(), StoreError> {
    let keys: i64 = sqlx::query("SELECT count(*) FROM stockade.limits")
        .fetch_one(pool)
        .await
        .and_then(|row| row.try_get(0))
        .map_err(store_error)?;
    let excess = keys.saturating_sub(i64::from(capacity.get()));
    if excess <= 0 {
        return Ok(());
    }
    sqlx::query(
        "DELETE FROM stockade.limits WHERE key IN
         (SELECT key FROM stockade.limits ORDER BY paid_up_at LIMIT $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind(excess)
    .execute(pool)
    .await
    .map(drop)
    .map_err(store_error)
}

/// PostgreSQL's integers are signed; the end of the store's time is far below their end.
fn nanos(span: Duration) -> i64 {
    integer(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX))
}
