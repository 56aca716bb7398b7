//! Budgets that outlive the process.

mod row;

use crate::Sqlite;
use crate::domain::store_error;
use row::KeyDigest;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Clock, StoreError};
use stockade_ratelimit::{Bill, Charge, Limiter, Settlement, Timeline, Verdict};

impl Sqlite {
    /// A limiter whose budgets are kept in this file, with room for [`SqliteLimiter::DEFAULT_CAPACITY`] keys.
    #[must_use]
    pub fn limiter(&self, clock: Arc<dyn Clock>) -> SqliteLimiter {
        SqliteLimiter {
            store: self.clone(),
            timeline: Timeline::new(clock),
            capacity: SqliteLimiter::DEFAULT_CAPACITY,
        }
    }
}

/// A [`Limiter`] over the file of a [`Sqlite`]: exact over all processes that have it open, and over restarts. A clone is a handle
/// on the same budgets.
///
/// **For attempts, not for every request**: a decision that charges something costs a transaction and a flush of the disk. A refusal
/// costs a transaction without one.
///
/// **Time** is that of [`Timeline`]: a wall clock that is set back, while the service runs or while it is down, gives no unit back.
/// The time for which all processes were down counts, by the wall clock.
///
/// **Bounded.** A key takes a row of some 70 bytes until it owes nothing; each decision that charges clears away more rows than
/// it adds. At the cap the key that would be whole soonest is forgotten for a new one: a false `Allowed`, never a false `Denied`.
/// A flood of fresh keys so pushes out its own kind, not the key that was hammered to its limit.
///
/// **A power cut** forgets nothing that was answered, as far as the disk tells the truth. A call whose caller goes away charges all
/// or nothing. Of a key the file has a digest: it tells no address by itself, but whoever can read it and guesses an address
/// can see whether that address owes something.
#[derive(Debug, Clone)]
pub struct SqliteLimiter {
    store: Sqlite,
    timeline: Timeline,
    capacity: NonZeroU32,
}

impl SqliteLimiter {
    /// A million keys in debt at once, in some 70 megabytes.
    pub const DEFAULT_CAPACITY: NonZeroU32 = NonZeroU32::new(1_000_000).unwrap();

    /// The most rows without debt that one decision clears away, beside two for each key that it charges: it catches up with what a flood
    /// left, and nobody waits for it.
    const SWEEP: usize = 8;

    /// Keeps at most `keys` keys.
    #[must_use]
    pub fn with_capacity(mut self, keys: NonZeroU32) -> Self {
        self.capacity = keys;
        self
    }
}

#[async_trait::async_trait]
impl Limiter for SqliteLimiter {
    async fn measure(&self, charges: &[Charge]) -> Result<Verdict, StoreError> {
        let bill = Bill::of(charges);
        let keys: Vec<KeyDigest> = bill.keys().map(KeyDigest::of).collect();
        let mut transaction = self.store.write().await?;
        let now = self.timeline.advance(row::stamp(&mut transaction).await?);
        let mut owed = Vec::with_capacity(keys.len());
        for key in &keys {
            let paid_up_at = row::paid_up_at(&mut transaction, key).await?;
            owed.push(paid_up_at.map_or(Duration::ZERO, |at| at.saturating_sub(now.elapsed)));
        }
        let Settlement { verdict, debts } = bill.settle(&owed);
        if debts.is_empty() {
            return Ok(verdict);
        }
        row::sweep(&mut transaction, now.elapsed, Self::SWEEP + 2 * keys.len()).await?;
        for (key, debt) in keys.iter().zip(&debts) {
            row::keep(&mut transaction, key, now.elapsed.saturating_add(*debt)).await?;
        }
        row::make_room(&mut transaction, self.capacity, &keys).await?;
        let stamp = debts.into_iter().fold(now, |stamp, debt| stamp.owing(debt));
        row::keep_stamp(&mut transaction, stamp).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(verdict)
    }
}
