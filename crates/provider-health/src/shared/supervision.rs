//! How patient sharing is with its store.

use crate::TooManyWatchers;
use crate::config::seconds;
use crate::random::SplitMix;
use std::time::Duration;
use stockade_core::{Entropy, EntropyError};

/// How [`Sharing::run`](super::Sharing::run) treats a store that fails. The defaults are this crate's own choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SharingConfig {
    /// The shortest wait before a store that failed is tried again. Default 1 second.
    #[serde(rename = "retry_at_least_secs", with = "seconds")]
    pub retry_at_least: Duration,
    /// The longest one. Each wait is drawn between the shortest and three times the one before, so that a thousand instances do
    /// not come back to their store together. Default 30 seconds.
    #[serde(rename = "retry_at_most_secs", with = "seconds")]
    pub retry_at_most: Duration,
    /// How long one call of the store may take. Default 5 seconds.
    #[serde(rename = "call_at_most_secs", with = "seconds")]
    pub call_at_most: Duration,
    /// After so long without any news the latest is asked for, so that a subscription which has died without a word is noticed.
    /// Drawn by up to a fifth shorter or longer. Default 60 seconds.
    #[serde(rename = "ask_after_secs", with = "seconds")]
    pub ask_after: Duration,
}

/// Why sharing cannot begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SharingError {
    /// A time that is zero, above a day, or a least above a most.
    #[error("`{0}` is not within its range")]
    Range(&'static str),
    /// No seed for the jitter.
    #[error("no randomness for the jitter of sharing")]
    Entropy(#[from] EntropyError),
    /// Nobody else may follow the pool's changes.
    #[error("the pool's changes cannot be followed")]
    Watchers(#[from] TooManyWatchers),
}

impl From<&SharingError> for stockade_core::Problem {
    fn from(_: &SharingError) -> Self {
        Self::internal()
    }
}

impl SharingConfig {
    /// Says what is wrong, if anything.
    ///
    /// # Errors
    /// The first field outside its range: times above zero and up to a day, `retry_at_most` no less than `retry_at_least`.
    pub fn validate(&self) -> Result<(), SharingError> {
        let time = |span: Duration| !span.is_zero() && span <= Duration::from_secs(24 * 60 * 60);
        for (name, holds) in [
            ("retry_at_least", time(self.retry_at_least)),
            ("retry_at_most", time(self.retry_at_most) && self.retry_at_most >= self.retry_at_least),
            ("call_at_most", time(self.call_at_most)),
            ("ask_after", time(self.ask_after)),
        ] {
            if !holds {
                return Err(SharingError::Range(name));
            }
        }
        Ok(())
    }
}

impl Default for SharingConfig {
    fn default() -> Self {
        Self {
            retry_at_least: Duration::from_secs(1),
            retry_at_most: Duration::from_secs(30),
            call_at_most: Duration::from_secs(5),
            ask_after: Duration::from_secs(60),
        }
    }
}

/// Decorrelated jitter (Brooker: Exponential Backoff And Jitter, 2015).
#[derive(Debug)]
pub(super) struct Waits {
    config: SharingConfig,
    random: SplitMix,
    last: Duration,
}

impl Waits {
    pub(super) fn new(config: SharingConfig, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut seed = [0; 8];
        entropy.fill(&mut seed)?;
        let random = SplitMix::new(u64::from_le_bytes(seed));
        Ok(Self { config, random, last: config.retry_at_least })
    }

    /// Before the next try.
    pub(super) fn retry(&mut self) -> Duration {
        let most = self.last.saturating_mul(3).min(self.config.retry_at_most);
        self.last = self.random.between(self.config.retry_at_least, most);
        self.last
    }

    /// The store does what it should.
    pub(super) fn forget(&mut self) {
        self.last = self.config.retry_at_least;
    }

    pub(super) fn silence(&mut self) -> Duration {
        let fifth = self.config.ask_after / 5;
        self.random
            .between(self.config.ask_after.saturating_sub(fifth), self.config.ask_after.saturating_add(fifth))
    }
}
