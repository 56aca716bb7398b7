//! What the stores of all domains share.

use crate::Postgres;
use crate::error::{Trouble, trouble};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Decode, PgPool, Row, Transaction, Type};
use std::error::Error as _;
use std::time::Duration;
use stockade_core::StoreError;

/// How often a decision is taken anew that the server undid in favour of another. Ours take their locks in one order, so that
/// this only happens where somebody else locks our rows.
const TRIES: u32 = 4;

/// Before the second try; longer before each that follows.
const PAUSE: Duration = Duration::from_millis(5);

/// What an advisory lock of a transaction is about. The number is the first half of the lock's name, the second is a hash of the
/// text: two texts that collide wait for each other, and nothing else happens.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(
    not(all(feature = "authn", feature = "crypto-at-rest", feature = "ratelimit")),
    allow(dead_code, reason = "each domain has locks of its own")
)]
pub(crate) enum Lock {
    /// Bringing the schema up to date.
    Schema = 0x5354_0000,
    /// The sessions of a subject.
    Sessions = 0x5354_0001,
    /// What is to become of an address.
    Address = 0x5354_0002,
    /// The one-time tokens of a subject.
    Tokens = 0x5354_0003,
    /// The second factors of a subject.
    Factors = 0x5354_0004,
    /// A budget.
    Limits = 0x5354_0005,
    /// The API keys of an owner.
    ApiKeys = 0x5354_0006,
    /// A walk over a table.
    Walk = 0x5354_0007,
}

impl Postgres {
    /// Carries out `decision`, again if the server undid it, and in bounded time even where the server says nothing.
    pub(crate) async fn decide<T, F>(&self, decision: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let tries = async {
            for pause in (1..TRIES).map(|again| PAUSE * again) {
                match decision().await {
                    Err(error) if was_undone(&error) => tokio::time::sleep(pause).await,
                    outcome => return outcome,
                }
            }
            decision().await
        };
        match tokio::time::timeout(self.patience(), tries).await {
            Ok(outcome) => outcome,
            Err(late) => Err(StoreError::unavailable(late)),
        }
    }

    /// A transaction in which each statement sees all that was committed before it (`READ COMMITTED`), so that what is read under a
    /// lock is what the lock's last holder left. Dropped without a commit, it changes nothing.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, sqlx::Postgres>, StoreError> {
        self.pool().begin().await.map_err(store_error)
    }

    /// For a decision or a question that is one statement.
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }
}

/// Waits for the lock, which the transaction then holds to its end. The statements that follow see what its last holder did.
pub(crate) async fn lock(connection: &mut PgConnection, lock: Lock, about: &str) -> Result<(), sqlx::Error> {
    let lock = sqlx::query("SELECT pg_advisory_xact_lock($1, hashtext($2))").bind(lock as i32).bind(about);
    lock.execute(connection).await.map(drop)
}

pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match trouble(&error) {
        Trouble::Contended | Trouble::Busy | Trouble::Unreachable => StoreError::unavailable(error),
        Trouble::Lost => StoreError::conflict(error),
        Trouble::Nonsense => StoreError::corrupt(error),
    }
}

fn was_undone(error: &StoreError) -> bool {
    let driver = error.source().and_then(|source| source.downcast_ref());
    driver.is_some_and(|error| trouble(error) == Trouble::Contended)
}

pub(crate) fn column<'r, T>(row: &'r PgRow, name: &'static str) -> Result<T, StoreError>
where
    T: Decode<'r, sqlx::Postgres> + Type<sqlx::Postgres>,
{
    row.try_get(name).map_err(store_error)
}

/// A column that is never negative.
pub(crate) fn number(row: &PgRow, name: &'static str) -> Result<u64, StoreError> {
    u64::try_from(column::<i64>(row, name)?).map_err(StoreError::corrupt)
}

/// PostgreSQL's integers are signed. Times and counts beyond 2⁶³ − 1 are as good as that one.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
