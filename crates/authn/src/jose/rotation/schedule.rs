//! When keys change.

use crate::access::TokenConfig;
use std::time::Duration;

/// How long the JWKS document may be cached: what `jwks_router` of `stockade-axum` says.
pub const JWKS_MAX_AGE: Duration = Duration::from_secs(300);

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// When keys change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct RotationSchedule {
    /// For how long a key signs. Default 90 days; NIST SP 800-57 part 1 §5.3.6 allows a private signature key one to three years.
    #[serde(rename = "every_secs", with = "seconds")]
    pub every: Duration,
    /// How long a key is published before it signs. Default a day, at least [`JWKS_MAX_AGE`]; longer than the time between two ticks
    /// of any process.
    #[serde(rename = "announce_secs", with = "seconds")]
    pub announce: Duration,
    /// How long a key verifies after it has signed for the last time. Default 25 hours: longer than any access token of this crate
    /// lives. At least the longest life of a token and the leeway.
    #[serde(rename = "retire_secs", with = "seconds")]
    pub retire: Duration,
}

mod seconds {
    use serde::Deserialize;
    use std::time::Duration;

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
        u64::deserialize(d).map(Duration::from_secs)
    }
}

/// A [`RotationSchedule`] makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// A key would sign before others know it.
    #[error("`announce` must be at least {} seconds", JWKS_MAX_AGE.as_secs())]
    Announce,
    /// Tokens would outlive the key that verifies them.
    #[error("`retire` must be at least ten minutes")]
    Retire,
    /// Keys would pile up, or stay for ever.
    #[error("`every` must be at least `announce` and `retire` together, and at most three years")]
    Every,
}

impl Default for RotationSchedule {
    fn default() -> Self {
        Self { every: 90 * DAY, announce: DAY, retire: 25 * HOUR }
    }
}

impl RotationSchedule {
    /// Sets for how long a key signs.
    #[must_use]
    pub fn every(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    /// Sets how long a key is published before it signs.
    #[must_use]
    pub fn announcing_for(mut self, announce: Duration) -> Self {
        self.announce = announce;
        self
    }

    /// Lets retired keys verify for as long as tokens under `config` can live, and ten minutes more.
    #[must_use]
    pub fn retiring_with(mut self, config: &TokenConfig) -> Self {
        self.retire = config.max_lifetime + config.leeway + Duration::from_secs(600);
        self
    }

    /// Says what is wrong with the schedule, if anything.
    ///
    /// # Errors
    /// The first time that makes no sense.
    pub fn validate(&self) -> Result<(), ScheduleError> {
        if self.announce < JWKS_MAX_AGE {
            return Err(ScheduleError::Announce);
        }
        if self.retire < Duration::from_secs(600) {
            return Err(ScheduleError::Retire);
        }
        if self.every < self.announce.saturating_add(self.retire) || self.every > 1096 * DAY {
            return Err(ScheduleError::Every);
        }
        Ok(())
    }
}
