//! How long sessions live, and how many a subject may have.

use std::num::NonZeroU32;
use std::time::Duration;

/// The rules of sessions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SessionConfig {
    /// A session that is not renewed for this long is over. Also the life of a refresh token. Default 14 days.
    #[serde(rename = "idle_timeout_secs", with = "seconds")]
    pub idle_timeout: Duration,
    /// A session is over this long after sign-in, however often it is renewed (ASVS 7.3.2, 10.4.8). Default 30 days, the most
    /// that NIST SP 800-63B-4 allows at AAL1.
    #[serde(rename = "absolute_timeout_secs", with = "seconds")]
    pub absolute_timeout: Duration,
    /// How long the token just replaced still gives the same successor, so that two tabs that refresh at once both stay signed
    /// in. Default 10 seconds, at most a minute: within it a stolen copy goes unnoticed.
    #[serde(rename = "grace_secs", with = "seconds")]
    pub grace: Duration,
    /// How many sessions a subject may have at once. Default 10; the one unused for longest makes room.
    pub concurrency: Concurrency,
    /// How long the remembered standing of a session is believed. Default 5 seconds, at most a minute.
    #[serde(rename = "max_staleness_secs", with = "seconds")]
    pub max_staleness: Duration,
}

/// How many sessions a subject may have at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concurrency {
    /// One: signing in somewhere ends the session elsewhere.
    Single,
    /// So many.
    Max(NonZeroU32),
    /// As many as [`Concurrency::HARD_LIMIT`] allows: enough for any person, too few to fill a store.
    Unlimited,
}

impl Concurrency {
    /// What even [`Concurrency::Unlimited`] stops at.
    pub const HARD_LIMIT: usize = 1000;

    /// The most sessions at once, as a number.
    #[must_use]
    pub fn limit(self) -> usize {
        match self {
            Self::Single => 1,
            Self::Max(n) => usize::try_from(n.get()).unwrap_or(Self::HARD_LIMIT).min(Self::HARD_LIMIT),
            Self::Unlimited => Self::HARD_LIMIT,
        }
    }
}

mod seconds {
    use serde::Deserialize;
    use std::time::Duration;

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
        u64::deserialize(d).map(Duration::from_secs)
    }
}

const TEN: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const MINUTE: Duration = Duration::from_secs(60);

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            idle_timeout: 14 * DAY,
            absolute_timeout: 30 * DAY,
            grace: Duration::from_secs(10),
            concurrency: Concurrency::Max(TEN),
            max_staleness: Duration::from_secs(5),
        }
    }
}

/// A [`SessionConfig`] makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionConfigError {
    /// Sessions would be over when opened, or idle longer than they live.
    #[error("`idle_timeout` must be at least one second and at most `absolute_timeout`")]
    Timeouts,
    /// No session should live that long.
    #[error("`absolute_timeout` must be at most 400 days")]
    Absolute,
    /// A copy of a token would go unnoticed for too long.
    #[error("`grace` must be at most a minute, and less than `idle_timeout`")]
    Grace,
    /// An ended session would stay usable for too long.
    #[error("`max_staleness` must be at most a minute")]
    Staleness,
}

impl SessionConfig {
    /// Says what is wrong with the settings, if anything.
    ///
    /// # Errors
    /// The first setting that makes no sense.
    pub fn validate(&self) -> Result<(), SessionConfigError> {
        if self.idle_timeout < Duration::from_secs(1) || self.idle_timeout > self.absolute_timeout {
            return Err(SessionConfigError::Timeouts);
        }
        if self.absolute_timeout > 400 * DAY {
            return Err(SessionConfigError::Absolute);
        }
        if self.grace > MINUTE || self.grace >= self.idle_timeout {
            return Err(SessionConfigError::Grace);
        }
        if self.max_staleness > MINUTE {
            return Err(SessionConfigError::Staleness);
        }
        Ok(())
    }

    /// Sets how many sessions a subject may have at once.
    #[must_use]
    pub fn with_concurrency(mut self, concurrency: Concurrency) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// Sets the timeouts.
    #[must_use]
    pub fn with_timeouts(mut self, idle: Duration, absolute: Duration) -> Self {
        self.idle_timeout = idle;
        self.absolute_timeout = absolute;
        self
    }

    /// Sets how long the token just replaced still gives the same successor.
    #[must_use]
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Sets how long the remembered standing of a session is believed.
    #[must_use]
    pub fn with_max_staleness(mut self, staleness: Duration) -> Self {
        self.max_staleness = staleness;
        self
    }
}
