//! How several upstreams serve as one.

use crate::Provider;
use std::time::Duration;

/// One provider's place in a pool.
#[derive(Debug, Clone)]
pub struct Member {
    pub(crate) provider: Provider,
    pub(crate) tier: u8,
    pub(crate) weight: u16,
    pub(crate) price: u32,
}

impl Member {
    /// In the first tier, of weight 1 and price 1.
    #[must_use]
    pub fn new(provider: Provider) -> Self {
        Self { provider, tier: 0, weight: 1, price: 1 }
    }

    /// A tier is asked only while none of a lower number has anybody available.
    #[must_use]
    pub fn tier(self, tier: u8) -> Self {
        Self { tier, ..self }
    }

    /// Its share of the traffic among its tier, by [`Strategy::Weighted`](super::Strategy) and `PeakEwma`. Zero counts
    /// as one: whoever should get nothing is forced down.
    #[must_use]
    pub fn weight(self, weight: u16) -> Self {
        Self { weight: weight.max(1), ..self }
    }

    /// What a call costs, in whatever unit, by [`Strategy::Cost`](super::Strategy). Zero counts as one.
    #[must_use]
    pub fn price(self, price: u32) -> Self {
        Self { price: price.max(1), ..self }
    }
}

/// What holds for the pool as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PoolConfig {
    /// At most so many of a hundred members are left out for being unwell; below 100, at least one stays in. Beyond that the
    /// least bad are asked all the same: where all seem to fail, it is more likely the network here. Default 100: no limit.
    pub max_ejected_percent: u8,
    /// What to do when nobody is available. Default [`AllDown::Fail`]: an open circuit is a promise to leave a provider alone. A
    /// service whose people would rather wait for a poor answer than have none takes [`AllDown::LeastBad`].
    pub all_down: AllDown,
    /// How many providers a request is taken to at most, the first included. Default 64, which is all of them: that no request
    /// fails while one provider lives is worth more than a bound on what one request may cost, and
    /// [`retry_percent`](Self::retry_percent) bounds what all of them do.
    pub max_attempts: u8,
    /// How long one attempt may take. Default: an even share of what is left until the deadline, so that a provider that never
    /// answers leaves time for the others.
    #[serde(rename = "attempt_at_most_ms", with = "crate::config::optional_millis")]
    pub attempt_at_most: Option<Duration>,
    /// For each hundred first attempts so many retries, hedges included, over the whole pool. Default 20: the load on the
    /// upstreams grows by a fifth at most, however many of them fail. What is under way when a provider begins to fail goes
    /// elsewhere without it, once in half a minute for each of them: however many people were waiting at the moment of an outage,
    /// none has to see it. Requests that may be the cause of how they fare (declined, throttled, failing alike a second time)
    /// leave half of the reserve to the others.
    pub retry_percent: u8,
    /// So many retries may be saved up, and are there at the beginning: a failover needs some at once. Default 100.
    pub retry_reserve: u16,
    /// After how long without an answer an idempotent request is sent to a second provider too. Default: never.
    #[serde(rename = "hedge_after_ms", with = "crate::config::optional_millis")]
    pub hedge_after: Option<Duration>,
}

/// What a pool does when nobody is available.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllDown {
    /// Gives up at once and says when the first of them is tried again.
    Fail,
    /// Asks the one that looks best, though it is not well, and after it the next one. Never one that is forced down or draining.
    /// After a moment in which all of them failed it serves at once instead of when their time is over; for that it does not
    /// leave alone who should be.
    LeastBad,
    /// Waits for the first of them, but no longer than this many milliseconds and never beyond the deadline.
    #[serde(rename = "wait_up_to_ms", with = "millis")]
    WaitUpTo(Duration),
}

/// Why a pool cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// Nobody is in it.
    #[error("the pool has no member")]
    Empty,
    /// More than [`Pool::MAX_MEMBERS`](super::Pool::MAX_MEMBERS).
    #[error("the pool has more than 64 members")]
    TooMany,
    /// Two members of one name.
    #[error("two members are called `{0}`")]
    Twice(crate::ProviderName),
    /// A percentage or a number of attempts outside its range.
    #[error("`{0}` is not within its range")]
    Range(&'static str),
    /// No seed.
    #[error("no randomness for the pool's choices")]
    Entropy(#[from] stockade_core::EntropyError),
}

impl PoolConfig {
    /// Says what is wrong, if anything.
    ///
    /// # Errors
    /// The first field outside its range: percentages up to 100, 1 to 64 attempts, waits above zero and up to an hour.
    pub fn validate(&self) -> Result<(), PoolError> {
        const LONGEST: Duration = Duration::from_secs(3600);
        let waits = |wait: Option<Duration>| wait.is_none_or(|wait| !wait.is_zero() && wait <= LONGEST);
        let longest_wait = match self.all_down {
            AllDown::WaitUpTo(wait) => Some(wait),
            AllDown::Fail | AllDown::LeastBad => None,
        };
        for (name, holds) in [
            ("max_ejected_percent", self.max_ejected_percent <= 100),
            ("max_attempts", (1..=64).contains(&self.max_attempts)),
            ("retry_percent", self.retry_percent <= 100),
            ("attempt_at_most", waits(self.attempt_at_most)),
            ("hedge_after", waits(self.hedge_after)),
            ("all_down", waits(longest_wait)),
        ] {
            if !holds {
                return Err(PoolError::Range(name));
            }
        }
        Ok(())
    }
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self {
            max_ejected_percent: 100,
            all_down: AllDown::Fail,
            max_attempts: 64,
            attempt_at_most: None,
            retry_percent: 20,
            retry_reserve: 100,
            hedge_after: None,
        }
    }
}

mod millis {
    use serde::Deserialize;
    use std::time::Duration;

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
        u64::deserialize(d).map(Duration::from_millis)
    }
}

impl From<&PoolError> for stockade_core::Problem {
    fn from(_: &PoolError) -> Self {
        Self::internal()
    }
}
