//! When a provider is called unwell, and for how long it is left alone.

use std::time::Duration;

/// The rules of one provider. All of them hold together: whichever trips first, trips.
///
/// The default is the preset that most gateways run: 3 consecutive failures make a provider degraded, 5 unhealthy, for
/// 300 seconds; 3 successes make it healthy again; a failure is forgotten after an hour. Rates are watched only where a
/// percentage is given. In a configuration file every field may be left out.
///
/// ```
/// use stockade_provider_health::Config;
/// let config: Config = toml::from_str("unhealthy_after = 10\nfailure_percent = 50\nwindow_secs = 30").unwrap();
/// assert_eq!(config.validate(), Ok(()));
/// assert_eq!(config.degraded_after, 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// So many failures in a row make a provider degraded: still asked, after the healthy ones. Default 3.
    pub degraded_after: u32,
    /// So many failures in a row make it unhealthy: not asked. Default 5, at most [`Config::MAX_STREAK`].
    pub unhealthy_after: u32,
    /// So many successes in a row make a degraded provider healthy, and so many successful probes one that was unhealthy.
    /// Default 3.
    pub healthy_after: u32,
    /// A failure older than this is no longer part of a row. Default one hour, at most a day.
    #[serde(rename = "failure_window_secs", with = "seconds")]
    pub failure_window: Duration,
    /// Over how long rates and percentiles are taken. Default 60 seconds, from 16 ms to an hour; it moves on in sixteenths.
    #[serde(rename = "window_secs", with = "seconds")]
    pub window: Duration,
    /// No rate trips before the window holds so many calls. Default 20.
    pub minimum_calls: u32,
    /// So many failures in a hundred calls of the window make a provider unhealthy. Default: rates do not trip.
    pub failure_percent: Option<u8>,
    /// So many slow calls in a hundred of the window make a provider unhealthy. Default: slowness does not trip.
    pub slow_percent: Option<u8>,
    /// A success that took longer than this is slow. Default: none is, unless reported as [`Outcome::Slow`](crate::Outcome::Slow).
    #[serde(rename = "slow_after_ms", with = "optional_millis")]
    pub slow_after: Option<Duration>,
    /// How long an unhealthy provider is left alone the first time; it doubles each time it fails again. Default 300 seconds.
    #[serde(rename = "open_for_secs", with = "seconds")]
    pub open_for: Duration,
    /// The most that it grows to. Default one hour, at most a day.
    #[serde(rename = "open_at_most_secs", with = "seconds")]
    pub open_at_most: Duration,
    /// By how much of itself that time, and that of a throttle, is drawn longer, so that instances do not come back together; the next time
    /// alone takes back what was drawn before. Default 20 percent, which spreads those of the preset over a minute.
    pub jitter_percent: u8,
    /// One doubling is forgotten after each such time that the provider was well. Default 300 seconds.
    #[serde(rename = "decay_every_secs", with = "seconds")]
    pub decay_every: Duration,
    /// How many calls may be under way to a provider that is tried again. Default 1, at most [`Config::MAX_PROBES`].
    pub probes: u8,
    /// A probe that is not back by then has failed. Default 30 seconds, at most an hour.
    #[serde(rename = "probe_timeout_secs", with = "seconds")]
    pub probe_timeout: Duration,
    /// How long a provider that throttles without saying until when, or that says "at once", is left alone. Default 5 seconds.
    #[serde(rename = "throttle_default_secs", with = "seconds")]
    pub throttle_default: Duration,
    /// The longest that a provider's own `Retry-After` is heeded, to which jitter is added: nobody is asked before it said. Default 300
    /// seconds, at most a day.
    #[serde(rename = "throttle_at_most_secs", with = "seconds")]
    pub throttle_at_most: Duration,
}

/// What is wrong with a [`Config`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A number of calls outside its range.
    #[error("`{0}` is not within its range")]
    Count(&'static str),
    /// A percentage of zero or above a hundred.
    #[error("`{0}` is not a percentage")]
    Percent(&'static str),
    /// A time that is zero or too long.
    #[error("`{0}` is zero or too long")]
    Span(&'static str),
    /// A degraded provider would be unhealthy before.
    #[error("`degraded_after` is more than `unhealthy_after`")]
    Order,
    /// The cap leaves no room for the jitter, so that instances would meet at it.
    #[error("`open_at_most` is less than `open_for` and twice its jitter")]
    NoRoomForJitter,
}

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Config {
    /// The longest row of failures that may be asked for: each is remembered with its time.
    pub const MAX_STREAK: u32 = 1000;
    /// The most probes under way at once.
    pub const MAX_PROBES: u8 = 64;
    /// The shortest window: a millisecond for each of its slices.
    pub const MIN_WINDOW: Duration = Duration::from_millis(16);

    /// Says what is wrong, if anything.
    ///
    /// # Errors
    /// The first field outside the range that its documentation gives.
    pub fn validate(&self) -> Result<(), ConfigError> {
        for (name, count) in [
            ("degraded_after", self.degraded_after),
            ("unhealthy_after", self.unhealthy_after),
            ("healthy_after", self.healthy_after),
        ] {
            if !(1..=Self::MAX_STREAK).contains(&count) {
                return Err(ConfigError::Count(name));
            }
        }
        if !(1..=Self::MAX_PROBES).contains(&self.probes) {
            return Err(ConfigError::Count("probes"));
        }
        if !(1..=1_000_000).contains(&self.minimum_calls) {
            return Err(ConfigError::Count("minimum_calls"));
        }
        if self.degraded_after > self.unhealthy_after {
            return Err(ConfigError::Order);
        }
        for (name, percent) in
            [("failure_percent", self.failure_percent), ("slow_percent", self.slow_percent)]
        {
            if percent.is_some_and(|percent| !(1..=100).contains(&percent)) {
                return Err(ConfigError::Percent(name));
            }
        }
        if self.jitter_percent > 100 {
            return Err(ConfigError::Percent("jitter_percent"));
        }
        for (name, span, least, most) in [
            ("failure_window", self.failure_window, Duration::from_nanos(1), DAY),
            ("window", self.window, Self::MIN_WINDOW, HOUR),
            ("slow_after", self.slow_after.unwrap_or(HOUR), Duration::from_nanos(1), HOUR),
            ("open_for", self.open_for, Duration::from_millis(1), DAY),
            ("open_at_most", self.open_at_most, Duration::from_millis(1), DAY),
            ("decay_every", self.decay_every, Duration::from_millis(1), DAY),
            ("probe_timeout", self.probe_timeout, Duration::from_millis(1), HOUR),
            ("throttle_default", self.throttle_default, Duration::from_millis(1), DAY),
            ("throttle_at_most", self.throttle_at_most, Duration::from_millis(1), DAY),
        ] {
            if span < least || span > most {
                return Err(ConfigError::Span(name));
            }
        }
        if self.open_for.saturating_add(self.share(self.open_for).saturating_mul(2)) > self.open_at_most {
            return Err(ConfigError::NoRoomForJitter);
        }
        Ok(())
    }

    /// So much of `span` as is jitter.
    pub(crate) fn share(&self, span: Duration) -> Duration {
        span.saturating_mul(u32::from(self.jitter_percent)) / 100
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            degraded_after: 3,
            unhealthy_after: 5,
            healthy_after: 3,
            failure_window: HOUR,
            window: Duration::from_secs(60),
            minimum_calls: 20,
            failure_percent: None,
            slow_percent: None,
            slow_after: None,
            open_for: Duration::from_secs(300),
            open_at_most: HOUR,
            jitter_percent: 20,
            decay_every: Duration::from_secs(300),
            probes: 1,
            probe_timeout: Duration::from_secs(30),
            throttle_default: Duration::from_secs(5),
            throttle_at_most: Duration::from_secs(300),
        }
    }
}

pub(crate) mod seconds {
    use serde::Deserialize;
    use std::time::Duration;

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
        u64::deserialize(d).map(Duration::from_secs)
    }
}

pub(crate) mod optional_millis {
    use serde::Deserialize;
    use std::time::Duration;

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<Duration>, D::Error> {
        u64::deserialize(d).map(Duration::from_millis).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_preset_and_holds() {
        let config = Config::default();
        assert_eq!(config.validate(), Ok(()));
        assert_eq!((config.degraded_after, config.unhealthy_after, config.healthy_after), (3, 5, 3));
        assert_eq!((config.open_for, config.failure_window), (Duration::from_secs(300), HOUR));
        assert_eq!(toml::from_str::<Config>("").unwrap(), config);
        assert_eq!(
            toml::from_str::<Config>("slow_after_ms = 750").unwrap().slow_after.unwrap().as_millis(),
            750
        );
    }

    #[test]
    fn what_makes_no_sense_is_said_by_name() {
        let sound = Config::default();
        for (broken, why) in [
            (Config { degraded_after: 0, ..sound }, ConfigError::Count("degraded_after")),
            (Config { unhealthy_after: 1001, ..sound }, ConfigError::Count("unhealthy_after")),
            (Config { degraded_after: 6, ..sound }, ConfigError::Order),
            (Config { minimum_calls: 0, ..sound }, ConfigError::Count("minimum_calls")),
            (Config { failure_percent: Some(0), ..sound }, ConfigError::Percent("failure_percent")),
            (Config { slow_percent: Some(101), ..sound }, ConfigError::Percent("slow_percent")),
            (Config { jitter_percent: 101, ..sound }, ConfigError::Percent("jitter_percent")),
            (Config { window: Duration::MAX, ..sound }, ConfigError::Span("window")),
            (Config { window: Duration::from_millis(15), ..sound }, ConfigError::Span("window")),
            (Config { open_for: Duration::ZERO, ..sound }, ConfigError::Span("open_for")),
            (Config { probes: 0, ..sound }, ConfigError::Count("probes")),
            (Config { probes: 65, ..sound }, ConfigError::Count("probes")),
            (Config { open_at_most: Duration::from_secs(419), ..sound }, ConfigError::NoRoomForJitter),
        ] {
            assert_eq!(broken.validate(), Err(why));
        }
        assert_eq!(Config { probes: 64, ..sound }.validate(), Ok(()));
    }

    #[test]
    fn a_misspelled_field_is_refused_rather_than_left_at_its_default() {
        assert!(toml::from_str::<Config>("unhealthy_afer = 2").is_err());
    }
}
