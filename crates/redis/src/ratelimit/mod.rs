//! Budgets that all processes share.

use crate::Redis;
use crate::script::{Question, Script};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use stockade_core::{Clock, StoreError};
use stockade_ratelimit::{Bill, Charge, Key, Limiter, Timeline, Verdict};

static MEASURE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("measure.lua")));

/// Far above any tolerance, which is at most 100 years, and within the numbers that Lua has exactly.
const ABOVE_ALL: u64 = 1 << 52;

impl Redis {
    /// A limiter whose budgets are kept on this server, with room for [`RedisLimiter::DEFAULT_CAPACITY`] keys.
    #[must_use]
    pub fn limiter(&self, clock: Arc<dyn Clock>) -> RedisLimiter {
        RedisLimiter {
            store: self.clone(),
            timeline: Timeline::new(clock),
            capacity: RedisLimiter::DEFAULT_CAPACITY,
        }
    }
}

/// A [`Limiter`] over a Redis server: exact over all processes that use it. A clone is a handle on the same budgets.
///
/// **One round trip** a decision, whatever the number of charges.
///
/// **Time** is that of [`Timeline`], in microseconds: a unit comes back every whole microsecond at the most. Neither the wall clock
/// of this machine nor that of the server gives a unit back when it is set back. The server's clock set forward by more than an
/// hour past the last debt forgives all.
///
/// **Bounded.** A key takes some 100 bytes until it owes nothing; each decision that charges clears away more than it adds. At the cap
/// the key that would be whole soonest is forgotten for a new one: a false `Allowed`, never a false `Denied`. A flood of fresh keys so
/// pushes out its own kind, not the key that was hammered to its limit. When nobody owes anything, nothing is left.
///
/// **What the server forgets, it forgives.** How much that is after a crash or a failover is its configuration's; see the crate's
/// honest limits. While it does not answer, every decision is an error.
#[derive(Debug, Clone)]
pub struct RedisLimiter {
    store: Redis,
    timeline: Timeline,
    capacity: NonZeroU32,
}

impl RedisLimiter {
    /// A million keys in debt at once, in some 100 megabytes.
    pub const DEFAULT_CAPACITY: NonZeroU32 = NonZeroU32::new(1_000_000).unwrap();

    /// The most keys without debt that one decision clears away, beside two for each that it charges.
    const SWEEP: u32 = 8;

    /// Keeps at most `keys` keys.
    #[must_use]
    pub fn with_capacity(mut self, keys: NonZeroU32) -> Self {
        self.capacity = keys;
        self
    }

    fn question(&self, bill: &Bill<'_>) -> Question {
        let reading = self.timeline.reading();
        let elapsed = reading.elapsed.map(|elapsed| micros(elapsed).to_string()).unwrap_or_default();
        let mut question = Question::default()
            .key(self.store.key("limits"))
            .key(self.store.key("limits-time"))
            .arg(elapsed)
            .number(micros(reading.wall))
            .number(micros(Timeline::END))
            .number(self.capacity)
            .number(Self::SWEEP);
        for (key, charges) in bill.charges() {
            question = question.arg(name_of(key)).number(charges.len());
            for charge in charges {
                // Rounded up, so that rounding never gives more than was stated.
                let interval = charge.quota.interval().as_nanos().div_ceil(1_000) as u64;
                let price = interval.saturating_mul(charge.cost.get().into()).min(ABOVE_ALL);
                let tolerance = interval.saturating_mul(charge.quota.burst_size().into());
                question = question.number(price).number(interval).number(tolerance);
            }
        }
        question
    }
}

#[async_trait::async_trait]
impl Limiter for RedisLimiter {
    async fn measure(&self, charges: &[Charge]) -> Result<Verdict, StoreError> {
        let bill = Bill::of(charges);
        let question = self.question(&bill);
        let (verdict, a, b, elapsed): (String, u64, u64, u64) = self.store.run(&MEASURE, &question).await?;
        self.timeline.observe(Duration::from_micros(elapsed));
        let limit = || {
            let of_charge = bill.charges().flat_map(|(key, charges)| charges.iter().map(|_| key.scope()));
            of_charge.into_iter().nth(usize::try_from(a).unwrap_or(usize::MAX)).unwrap_or_default()
        };
        match verdict.as_str() {
            "allowed" => Ok(Verdict::Allowed {
                remaining: u32::try_from(a).unwrap_or(u32::MAX),
                reset_after: Duration::from_micros(b),
            }),
            "denied" => Ok(Verdict::Denied { retry_after: Duration::from_micros(b), limit: limit() }),
            "unpayable" => Ok(Verdict::Unpayable { limit: limit() }),
            _ => Err(StoreError::corrupt("a verdict that no limiter gives")),
        }
    }
}

/// The first half of the SHA-256 of a key: no address lies on the server, and none makes a name long.
fn name_of(key: &Key) -> String {
    let digest = Sha256::digest(key.to_string().as_bytes());
    digest.iter().take(16).fold(String::with_capacity(32), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX).min(ABOVE_ALL)
}
