//! A clock that costs a load.

use crate::random::nanos;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use stockade_core::{Clock, UnixMillis};

/// The monotonic reading of another clock as of the last [`tick`](Self::tick): for hot paths to which asking the system, some
/// 20 ns each time, is too much.
///
/// Somebody has to tick it, say every millisecond; times are coarse by as much, and so are latencies. While nobody does, time
/// stands still: nothing that is shut opens, and no call is slow. The wall clock is passed on as it is.
#[derive(Debug)]
pub struct CoarseClock {
    exact: Arc<dyn Clock>,
    reading: AtomicU64,
}

impl CoarseClock {
    /// A clock that shows what `exact` shows now.
    #[must_use]
    pub fn new(exact: Arc<dyn Clock>) -> Self {
        let reading = AtomicU64::new(nanos(exact.monotonic()));
        Self { exact, reading }
    }

    /// Catches up with the exact clock.
    pub fn tick(&self) {
        self.reading.fetch_max(nanos(self.exact.monotonic()), Relaxed);
    }
}

/// How a provider has its clock: where it is a coarse one, a reading is a load, not a call.
#[derive(Debug)]
pub(crate) enum Time {
    Coarse(Arc<CoarseClock>),
    Other(Arc<dyn Clock>),
}

impl Time {
    #[inline(always)]
    pub(crate) fn nanos(&self) -> u64 {
        match self {
            Self::Coarse(clock) => clock.reading.load(Relaxed),
            Self::Other(clock) => clock.monotonic_nanos(),
        }
    }
}

impl Clock for CoarseClock {
    fn now(&self) -> UnixMillis {
        self.exact.now()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(self.reading.load(Relaxed))
    }

    fn monotonic_nanos(&self) -> u64 {
        self.reading.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_core::ManualClock;

    #[test]
    fn it_stands_still_between_ticks_and_never_goes_back() {
        let exact = Arc::new(ManualClock::at(UnixMillis::from_secs(5)));
        let coarse = CoarseClock::new(exact.clone());
        exact.advance(Duration::from_secs(3));
        assert_eq!(coarse.monotonic(), Duration::ZERO);
        coarse.tick();
        exact.jump_to(UnixMillis::default());
        coarse.tick();
        assert_eq!(coarse.monotonic_nanos(), 3_000_000_000);
        assert_eq!((coarse.monotonic(), coarse.now()), (Duration::from_secs(3), UnixMillis::default()));
    }
}
