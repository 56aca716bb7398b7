//! How much, in how long.

use std::num::NonZeroU32;
use std::time::Duration;

/// So many units per period, of which so many may come at once: the generic cell rate algorithm (GCRA) of ITU-T I.371.
///
/// A unit comes back every `period / count`, rounded up to a nanosecond, so that rounding never gives more than was stated.
/// The burst is `count` unless [`burst`](Quota::burst) says otherwise. In any span of length `w` at most `burst + w / interval`
/// units pass; a limit of 20 per 10 minutes thus lets 20 through at once and then one every 30 seconds, and at most 40 within
/// any 10 minutes.
///
/// ```
/// use stockade_ratelimit::Quota;
/// use std::time::Duration;
/// const LOGIN: Quota = Quota::literal(20, Duration::from_secs(600));
/// assert_eq!(LOGIN.interval(), Duration::from_secs(30));
/// assert_eq!(LOGIN.burst_size(), 20);
/// ```
///
/// In a configuration file it reads `{ limit = 20, period_secs = 600 }`, with `burst = 5` where it differs; what
/// [`Quota::per`] refuses is refused there too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(try_from = "Written")]
pub struct Quota {
    interval: u64,
    burst: NonZeroU32,
}

/// Why a quota cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuotaError {
    /// The period is zero.
    #[error("a quota's period is zero")]
    ZeroPeriod,
    /// More than one unit a nanosecond.
    #[error("a quota gives more than one unit a nanosecond")]
    TooFast,
    /// A spent burst would come back after more than [`Quota::MAX_REFILL`].
    #[error("a quota's burst takes more than 100 years to come back")]
    TooSlow,
}

impl Quota {
    /// The longest time in which a spent burst may come back: 100 years of 365 days. It keeps every sum of times within 64 bits.
    pub const MAX_REFILL: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

    /// `count` units per `period`, all of which may come at once.
    ///
    /// # Errors
    /// The period is zero, the units come faster than one a nanosecond, or they take longer than
    /// [`MAX_REFILL`](Self::MAX_REFILL) to come back.
    pub const fn per(count: NonZeroU32, period: Duration) -> Result<Self, QuotaError> {
        if period.is_zero() {
            return Err(QuotaError::ZeroPeriod);
        }
        let count_wide = count.get() as u128;
        if period.as_nanos() < count_wide {
            return Err(QuotaError::TooFast);
        }
        Self::new(period.as_nanos().div_ceil(count_wide), count)
    }

    /// The same rate with another burst: 1 spaces the units evenly, more than the count forgives a busy moment.
    ///
    /// # Errors
    /// The burst takes longer than [`MAX_REFILL`](Self::MAX_REFILL) to come back.
    pub const fn burst(self, burst: NonZeroU32) -> Result<Self, QuotaError> {
        Self::new(self.interval as u128, burst)
    }

    /// A quota written in the source. A bad one fails where it is written, at compile time in a `const`.
    ///
    /// # Panics
    /// `count` is zero, or [`Quota::per`] refuses.
    #[must_use]
    #[expect(
        clippy::panic,
        reason = "a bad literal is a fault of the source, caught by the compiler in a `const`"
    )]
    pub const fn literal(count: u32, period: Duration) -> Self {
        match NonZeroU32::new(count) {
            Some(count) => match Self::per(count, period) {
                Ok(quota) => quota,
                Err(_) => panic!("a quota's period is between a nanosecond a unit and 100 years"),
            },
            None => panic!("a quota's count is above zero"),
        }
    }

    const fn new(interval: u128, burst: NonZeroU32) -> Result<Self, QuotaError> {
        match interval.checked_mul(burst.get() as u128) {
            Some(refill) if refill <= Self::MAX_REFILL.as_nanos() => {
                Ok(Self { interval: interval as u64, burst })
            }
            _ => Err(QuotaError::TooSlow),
        }
    }

    /// After how long one spent unit comes back.
    #[must_use]
    pub const fn interval(self) -> Duration {
        Duration::from_nanos(self.interval)
    }

    /// How many units may come at once.
    #[must_use]
    pub const fn burst_size(self) -> u32 {
        self.burst.get()
    }

    /// After how long a wholly spent burst has come back.
    #[must_use]
    pub const fn refill(self) -> Duration {
        Duration::from_nanos(self.tolerance())
    }

    /// How far ahead of now the debt of a key may reach, in nanoseconds.
    pub(crate) const fn tolerance(self) -> u64 {
        self.interval * self.burst.get() as u64
    }

    /// What `units` cost, in nanoseconds; saturates far above any tolerance.
    pub(crate) const fn price(self, units: NonZeroU32) -> u64 {
        self.interval.saturating_mul(units.get() as u64)
    }

    /// How many whole units fit into `room` nanoseconds.
    pub(crate) fn units_in(self, room: u64) -> u32 {
        u32::try_from(room / self.interval).unwrap_or(u32::MAX)
    }
}

/// The form in which a configuration file states a quota.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    limit: NonZeroU32,
    period_secs: u64,
    burst: Option<NonZeroU32>,
}

impl TryFrom<Written> for Quota {
    type Error = QuotaError;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let quota = Self::per(written.limit, Duration::from_secs(written.period_secs))?;
        written.burst.map_or(Ok(quota), |burst| quota.burst(burst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(count: u32) -> NonZeroU32 {
        NonZeroU32::new(count).unwrap()
    }

    #[test]
    fn asvs_v1_4_2_no_span_or_count_overflows() {
        assert_eq!(Quota::per(n(1), Duration::ZERO), Err(QuotaError::ZeroPeriod));
        assert_eq!(Quota::per(n(2), Duration::from_nanos(1)), Err(QuotaError::TooFast));
        assert_eq!(Quota::per(n(1), Duration::MAX), Err(QuotaError::TooSlow));
        assert_eq!(Quota::per(n(u32::MAX), Duration::MAX), Err(QuotaError::TooSlow));
        let yearly = Quota::per(n(1), Duration::from_secs(365 * 24 * 60 * 60)).unwrap();
        assert_eq!(yearly.burst(n(101)), Err(QuotaError::TooSlow));
        assert_eq!(yearly.burst(n(100)).unwrap().refill(), Quota::MAX_REFILL);
        assert_eq!(yearly.price(n(u32::MAX)), u64::MAX);
    }

    #[test]
    fn rounding_never_gives_more_than_was_stated() {
        let thirds = Quota::per(n(3), Duration::from_secs(1)).unwrap();
        assert_eq!(thirds.interval(), Duration::from_nanos(333_333_334));
        assert_eq!(Quota::per(n(7), Duration::from_nanos(7)).unwrap().interval(), Duration::from_nanos(1));
    }

    #[test]
    fn a_quota_is_read_from_configuration() {
        let read = |text: &str| toml::from_str::<Quota>(text);
        assert_eq!(
            read("limit = 20\nperiod_secs = 600").unwrap(),
            Quota::literal(20, Duration::from_secs(600))
        );
        assert_eq!(read("limit = 20\nperiod_secs = 600\nburst = 5").unwrap().burst_size(), 5);
        for refused in [
            "limit = 0\nperiod_secs = 600",
            "limit = 20\nperiod_secs = 0",
            "limit = 20\nperiod_secs = 600\nburst = 0",
            "limit = 20\nperiod_secs = 600\nwindow = 5",
            "limit = 20\nperiod_secs = 9223372036854775807",
            "limit = 20",
        ] {
            assert!(read(refused).is_err(), "accepted: {refused}");
        }
    }
}
