//! Asking a provider how it is, beside the calls that need it.

#[cfg(test)]
mod tests;
mod timer;

use crate::config::seconds;
use crate::random::SplitMix;
use crate::{Outcome, Overlay, Phase, Provider, Reason};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use stockade_core::{Entropy, EntropyError};

pub use timer::Timer;
pub(crate) use timer::within;
#[cfg(feature = "tokio")]
pub use timer::{Background, TokioTimer};

/// One question to a provider: a ping, a list of models, a completion of one token.
#[async_trait::async_trait]
pub trait Check: Send + Sync {
    /// Asks, and says how it went. It is dropped when its time is over, which counts as [`Outcome::Timeout`].
    async fn check(&self) -> Outcome;
}

/// What a check proves when it passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataPath {
    /// That the provider does what it is there for: the check takes the way of a real call. It may close the circuit.
    Exercised,
    /// That something answers. A status page says "ok" in most outages: such a check can eject a provider and never brings one
    /// back; probes do.
    Bypassed,
}

/// When to ask, and what to believe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CheckConfig {
    /// How often. Default 10 seconds.
    #[serde(rename = "every_secs", with = "seconds")]
    pub every: Duration,
    /// By how much of that each wait is drawn shorter or longer, so that instances do not ask together. Default 20 percent.
    pub jitter_percent: u8,
    /// How long an answer may take. Default 5 seconds.
    #[serde(rename = "timeout_secs", with = "seconds")]
    pub timeout: Duration,
    /// So many failed checks in a row make a provider unhealthy. Default 3.
    pub unhealthy_after: u32,
    /// So many passed checks in a row close its circuit, if they exercise the data path. Only those count that began after the provider
    /// came to stand as it does. Default 2.
    pub healthy_after: u32,
    /// What a passed check proves. Default: that something answers.
    pub data_path: DataPath,
}

/// What is wrong with a [`CheckConfig`], or with setting up a [`Checker`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// A time or a number that is zero or too large.
    #[error("`{0}` is not within its range")]
    Range(&'static str),
    /// No seed for its jitter.
    #[error("no randomness for the check's jitter")]
    Entropy(#[from] EntropyError),
}

impl From<&CheckError> for stockade_core::Problem {
    fn from(_: &CheckError) -> Self {
        Self::internal()
    }
}

/// What became of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Checked {
    /// It was made and ended so.
    Done(Outcome),
    /// Another one is under way; none was made.
    AlreadyRunning,
}

/// The checks of one provider. Clones share them: one is under way at a time, whoever asks.
#[derive(Clone)]
pub struct Checker(Arc<Inner>);

struct Inner {
    provider: Provider,
    check: Box<dyn Check>,
    timer: Box<dyn Timer>,
    config: CheckConfig,
    running: AtomicBool,
    record: Mutex<Record>,
}

struct Record {
    /// Under this standing of the provider; what passed under an older one proves nothing about what happened since.
    standing: (u32, Duration),
    passed: u32,
    failed: u32,
    random: SplitMix,
}

impl Checker {
    /// Checks of `provider` by `check`, timed by `timer`. `entropy` seeds the jitter, once.
    ///
    /// # Errors
    /// `config` does not [validate](CheckConfig::validate), or the system gives no randomness.
    pub fn new(
        provider: Provider,
        check: impl Check + 'static,
        timer: impl Timer + 'static,
        config: CheckConfig,
        entropy: &dyn Entropy,
    ) -> Result<Self, CheckError> {
        config.validate()?;
        let mut seed = [0; 8];
        entropy.fill(&mut seed)?;
        let record = Record {
            standing: provider.standing(),
            passed: 0,
            failed: 0,
            random: SplitMix::new(u64::from_le_bytes(seed)),
        };
        Ok(Self(Arc::new(Inner {
            provider,
            check: Box::new(check),
            timer: Box::new(timer),
            config,
            running: AtomicBool::new(false),
            record: Mutex::new(record),
        })))
    }

    /// Makes one check now, unless one is under way, and draws the conclusions.
    pub async fn health_check(&self) -> Checked {
        let Some(_running) = Running::begin(&self.0.running) else { return Checked::AlreadyRunning };
        let before = self.0.provider.standing();
        let answer = within(&*self.0.timer, self.0.config.timeout, self.0.check.check()).await;
        let outcome = answer.unwrap_or(Outcome::Timeout);
        self.conclude(outcome, before);
        Checked::Done(outcome)
    }

    /// Makes checks for as long as it is polled: spawn it on your runtime, and abort it to end them. The first one comes within
    /// one interval, not at once: a thousand instances that start together do not ask together.
    pub async fn schedule_checks(&self) -> Infallible {
        let first = self.draw(Duration::ZERO, self.0.config.every);
        self.0.timer.sleep(first).await;
        loop {
            let _ = self.health_check().await;
            let (every, wide) = (self.0.config.every, self.0.config.wide());
            let wait = self.draw(every.saturating_sub(wide), every.saturating_add(wide));
            self.0.timer.sleep(wait).await;
        }
    }

    fn draw(&self, least: Duration, most: Duration) -> Duration {
        self.lock().random.between(least, most)
    }

    fn conclude(&self, outcome: Outcome, before: (u32, Duration)) {
        let (passed, failed) = {
            let (mut record, standing) = (self.lock(), self.0.provider.standing());
            if record.standing != standing {
                (record.standing, record.passed) = (standing, 0);
            }
            match outcome {
                Outcome::Ok | Outcome::Slow => {
                    let passed = record.passed.saturating_add(u32::from(before == standing));
                    (record.passed, record.failed) = (passed, 0);
                }
                Outcome::ServerFault | Outcome::Timeout | Outcome::ConnectFault => {
                    (record.passed, record.failed) = (0, record.failed.saturating_add(1));
                }
                Outcome::Throttled(_) | Outcome::ClientFault | Outcome::Declined | Outcome::Cancelled => {
                    return;
                }
            }
            (record.passed, record.failed)
        };
        let (provider, config) = (&self.0.provider, &self.0.config);
        let state = provider.status().state;
        if matches!(state.overlay, Some(Overlay::ForcedUp | Overlay::ForcedDown)) {
            return;
        }
        if failed >= config.unhealthy_after && state.phase != Phase::Unhealthy {
            provider.mark_unhealthy_for(Reason::Check);
        }
        let proves = config.data_path == DataPath::Exercised;
        if proves && passed >= config.healthy_after && state.phase != Phase::Healthy {
            provider.recover(Reason::Check);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Record> {
        self.0.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Checker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checker")
            .field("provider", &self.0.provider)
            .field("config", &self.0.config)
            .finish_non_exhaustive()
    }
}

impl CheckConfig {
    /// Says what is wrong, if anything.
    ///
    /// # Errors
    /// The first field outside its range: times above zero and up to a day, thresholds of 1 to 1000, a jitter of up to 100.
    pub fn validate(&self) -> Result<(), CheckError> {
        let time = |span: Duration| !span.is_zero() && span <= Duration::from_secs(24 * 60 * 60);
        for (name, holds) in [
            ("every", time(self.every)),
            ("timeout", time(self.timeout)),
            ("jitter_percent", self.jitter_percent <= 100),
            ("unhealthy_after", (1..=1000).contains(&self.unhealthy_after)),
            ("healthy_after", (1..=1000).contains(&self.healthy_after)),
        ] {
            if !holds {
                return Err(CheckError::Range(name));
            }
        }
        Ok(())
    }

    fn wide(&self) -> Duration {
        self.every.saturating_mul(u32::from(self.jitter_percent)) / 100
    }
}

impl Default for CheckConfig {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(10),
            jitter_percent: 20,
            timeout: Duration::from_secs(5),
            unhealthy_after: 3,
            healthy_after: 2,
            data_path: DataPath::Bypassed,
        }
    }
}

/// Ends when it is dropped, also by a caller who is cancelled or panics.
struct Running<'a>(&'a AtomicBool);

impl<'a> Running<'a> {
    fn begin(running: &'a AtomicBool) -> Option<Self> {
        // Lazily: one that is made and thrown away would end the run of another.
        running.compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire).ok().map(|_| Self(running))
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
