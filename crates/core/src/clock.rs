//! Time as an argument.

use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01T00:00:00Z. All arithmetic saturates: no clock value overflows or panics.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct UnixMillis(u64);

impl UnixMillis {
    /// The given number of milliseconds after the epoch.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// The given number of seconds after the epoch.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Whole milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down: the unit of JWT's `NumericDate`.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0 / 1000
    }

    /// This time plus `span`, at most the end of time.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// This time minus `span`, at least the epoch.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// How long after `earlier` this is; zero if it is not after.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Where the time comes from. Every crate takes one as an argument; none reads the system's clock by itself.
///
/// Two readings, because they answer two questions. [`now`](Clock::now) is what a calendar shows: tokens and records carry it,
/// and an operator or NTP may move it. [`monotonic`](Clock::monotonic) only ever grows: limits and timeouts within one process
/// are measured by it, so that a jump of the wall clock neither opens a limit nor locks everybody out.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The wall clock.
    fn now(&self) -> UnixMillis;

    /// Time since an arbitrary fixed point of this process; never goes back.
    fn monotonic(&self) -> Duration;

    /// [`monotonic`](Clock::monotonic) in whole nanoseconds, at most `u64::MAX` of them (584 years). A clock that keeps
    /// nanoseconds saves the way through a [`Duration`] by giving its own; it must show the same time.
    fn monotonic_nanos(&self) -> u64 {
        u64::try_from(self.monotonic().as_nanos()).unwrap_or(u64::MAX)
    }
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> UnixMillis {
        (**self).now()
    }

    fn monotonic(&self) -> Duration {
        (**self).monotonic()
    }

    fn monotonic_nanos(&self) -> u64 {
        (**self).monotonic_nanos()
    }
}

/// The system's clocks.
#[derive(Debug, Clone)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock whose monotonic reading starts at zero now.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> UnixMillis {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis(millis(since_epoch))
    }

    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }
}

/// A clock that moves only when told to, for tests and simulations.
#[derive(Debug)]
pub struct ManualClock {
    readings: Mutex<(UnixMillis, Duration)>,
}

impl ManualClock {
    /// A clock whose wall shows `now` and whose monotonic reading is zero.
    #[must_use]
    pub fn at(now: UnixMillis) -> Self {
        Self { readings: Mutex::new((now, Duration::ZERO)) }
    }

    /// Lets time pass: both readings grow.
    pub fn advance(&self, span: Duration) {
        let mut readings = self.lock();
        readings.0 = readings.0.plus(span);
        readings.1 = readings.1.saturating_add(span);
    }

    /// Sets the wall clock, forward or back, while no time passes: what NTP or an operator does.
    pub fn jump_to(&self, now: UnixMillis) {
        self.lock().0 = now;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (UnixMillis, Duration)> {
        self.readings.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixMillis {
        self.lock().0
    }

    fn monotonic(&self) -> Duration {
        self.lock().1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asvs_v1_4_2_times_saturate_instead_of_wrapping() {
        let end = UnixMillis::from_millis(u64::MAX);
        assert_eq!(end.plus(Duration::MAX), end);
        assert_eq!(UnixMillis::from_secs(u64::MAX), end);
        assert_eq!(UnixMillis::default().minus(Duration::MAX), UnixMillis::default());
        assert_eq!(UnixMillis::default().since(end), Duration::ZERO);
    }

    #[test]
    fn a_wall_clock_jump_leaves_monotonic_time_alone() {
        let clock = ManualClock::at(UnixMillis::from_secs(1_000));
        clock.advance(Duration::from_secs(5));
        clock.jump_to(UnixMillis::from_secs(10));
        assert_eq!(clock.now(), UnixMillis::from_secs(10));
        assert_eq!(clock.monotonic(), Duration::from_secs(5));
        clock.advance(Duration::MAX);
        assert_eq!(clock.monotonic_nanos(), u64::MAX, "it saturates");
    }

    #[test]
    fn the_system_clock_moves_forward() {
        let clock = SystemClock::new();
        assert!(clock.now() > UnixMillis::from_secs(1_700_000_000));
        assert!(clock.monotonic() <= clock.monotonic());
    }
}
