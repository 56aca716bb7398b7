//! Budgets that all processes share.

mod row;

use crate::Postgres;
use crate::domain::store_error;
use row::KeyDigest;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use stockade_core::{Clock, StoreError};
use stockade_ratelimit::{Bill, Charge, Limiter, Settlement, Timeline, Verdict};

impl Postgres {
    /// A limiter whose budgets are kept in this database, with room for [`PostgresLimiter::DEFAULT_CAPACITY`] keys.
    #[must_use]
    pub fn limiter(&self, clock: Arc<dyn Clock>) -> PostgresLimiter {
        PostgresLimiter {
            store: self.clone(),
            timeline: Timeline::new(clock),
            capacity: PostgresLimiter::DEFAULT_CAPACITY,
            uncounted: Arc::new(AtomicU32::new(u32::MAX)),
        }
    }
}

/// A [`Limiter`] over the database of a [`Postgres`]: exact over all processes that use it, and over restarts. A clone is a handle on
/// the same budgets.
///
/// **For attempts, not for every request**: a decision that charges something costs some round trips and a flush of the server's
/// disk. A refusal costs a few round trips. Decisions about different keys do not wait for each other.
///
/// **Time** is that of [`Timeline`]: a wall clock that is set back, while the services run or while they are down, gives no unit back.
/// The time for which all processes were down counts, by the wall clock. What the database keeps of it is up to a second old, so
/// that it is not written with every decision: a process whose monotonic clock runs behind another's may refuse for that second
/// longer.
///
/// **Bounded.** A key takes a row of some 150 bytes with its indexes until it owes nothing; each decision that charges clears away more
/// rows than it adds. Each process counts the rows once for each 64th of the capacity that it adds, and then forgets the keys that
/// would be whole soonest, as many as are too many: a false `Allowed`, never a false `Denied`. A flood of fresh keys so pushes out
/// its own kind, not the key that was hammered to its limit.
///
/// **A crash** forgets nothing that was answered. A call whose caller goes away charges all or nothing. Of a key the database has a
/// digest: it tells no address by itself, but whoever can read it and guesses an address can see whether that address owes
/// something.
#[derive(Debug, Clone)]
pub struct PostgresLimiter {
    store: Postgres,
    timeline: Timeline,
    capacity: NonZeroU32,
    /// Keys that were charged since this process last counted the rows.
    uncounted: Arc<AtomicU32>,
}

impl PostgresLimiter {
    /// A million keys in debt at once, in some 150 megabytes.
    pub const DEFAULT_CAPACITY: NonZeroU32 = NonZeroU32::new(1_000_000).unwrap();

    /// The most rows without debt that one decision clears away, beside two for each key that it charges: it catches up with what a flood
    /// left, and nobody waits for it.
    const SWEEP: usize = 8;

    /// How far behind the time may be that the database keeps.
    const COARSE: Duration = Duration::from_secs(1);

    /// Keeps at most `keys` keys, and for each process a 64th more.
    #[must_use]
    pub fn with_capacity(mut self, keys: NonZeroU32) -> Self {
        self.capacity = keys;
        self
    }

    async fn measure_once(&self, bill: &Bill<'_>, keys: &[KeyDigest]) -> Result<Settlement, StoreError> {
        let mut transaction = self.store.begin().await?;
        row::hold(&mut transaction, keys).await?;
        // A process that has its own time needs no horizon, and is told none.
        let starts = self.timeline.reading().elapsed.is_none();
        let stored = row::stamp(&mut transaction, starts).await?;
        let now = self.timeline.advance(stored);
        let owed = row::paid_up_at(&mut transaction, keys).await?;
        let owed: Vec<_> = owed.into_iter().map(|at| at.saturating_sub(now.elapsed)).collect();
        let settlement = bill.settle(&owed);
        if settlement.debts.is_empty() {
            return Ok(settlement);
        }
        let paid_up_at: Vec<_> =
            settlement.debts.iter().map(|debt| now.elapsed.saturating_add(*debt)).collect();
        row::keep(&mut transaction, keys, &paid_up_at).await?;
        // Only now: a decision that had yet to write could wait for one that sweeps, and that for this one.
        row::sweep(&mut transaction, now.elapsed, Self::SWEEP + 2 * keys.len()).await?;
        let moved = stored.is_none_or(|stored| {
            now.elapsed.saturating_sub(stored.elapsed).max(now.wall.saturating_sub(stored.wall))
                >= Self::COARSE
        });
        if starts || moved {
            row::keep_stamp(&mut transaction, now).await?;
        }
        transaction.commit().await.map_err(store_error)?;
        Ok(settlement)
    }

    /// Forgets what is too much, every so many keys. The verdict stands whatever comes of it: the next decision tries again.
    async fn make_room(&self, charged: usize) {
        let charged = u32::try_from(charged).unwrap_or(u32::MAX);
        let add = |uncounted: u32| Some(uncounted.saturating_add(charged));
        let before = self.uncounted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        let (Ok(before) | Err(before)) = before;
        if before.saturating_add(charged) <= self.capacity.get() / 64 {
            return;
        }
        let store = &self.store;
        let made = store.decide(|| row::make_room(store.pool(), self.capacity));
        if made.await.is_ok() {
            self.uncounted.store(0, Ordering::Relaxed);
        }
    }
}

#[async_trait::async_trait]
impl Limiter for PostgresLimiter {
    async fn measure(&self, charges: &[Charge]) -> Result<Verdict, StoreError> {
        let bill = Bill::of(charges);
        let keys: Vec<KeyDigest> = bill.keys().map(KeyDigest::of).collect();
        let (bill, keys) = (&bill, &keys);
        let settlement = self.store.decide(|| self.measure_once(bill, keys)).await?;
        if !settlement.debts.is_empty() {
            self.make_room(keys.len()).await;
        }
        Ok(settlement.verdict)
    }
}
