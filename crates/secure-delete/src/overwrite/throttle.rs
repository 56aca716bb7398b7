//! Not faster than this.

use std::fmt;
use std::num::NonZeroU64;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use stockade_core::Clock;

/// How fast a file may be written and read back, all threads together.
#[derive(Clone)]
pub(crate) struct Throttle<'a> {
    /// Bytes in a second.
    pub(crate) rate: NonZeroU64,
    /// Its monotonic reading is used.
    pub(crate) clock: Arc<dyn Clock>,
    /// Waits: `std::thread::sleep`. Asked for at most a tenth of a second at a time.
    pub(crate) sleep: &'a (dyn Fn(Duration) + Sync),
}

impl fmt::Debug for Throttle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle").field("rate", &self.rate).finish_non_exhaustive()
    }
}

/// Longest sleep between two looks at the watcher.
const NAP: Duration = Duration::from_millis(100);

/// Hands out turns, one behind the other.
pub(super) struct Meter<'a> {
    throttle: Throttle<'a>,
    free_from: Mutex<Duration>,
}

impl<'a> Meter<'a> {
    pub(super) fn new(throttle: Throttle<'a>) -> Self {
        Self { throttle, free_from: Mutex::new(Duration::ZERO) }
    }

    /// Waits for the turn of `bytes` bytes, unless `go_on` says no meanwhile.
    pub(super) fn wait(&self, bytes: u64, mut go_on: impl FnMut() -> ControlFlow<()>) {
        let now = self.throttle.clock.monotonic();
        let due = {
            let mut free_from = self.free_from.lock().unwrap_or_else(PoisonError::into_inner);
            let due = now.max(*free_from);
            *free_from = due.saturating_add(self.time_of(bytes));
            due
        };
        let mut left = due.saturating_sub(now);
        while !left.is_zero() && go_on().is_continue() {
            (self.throttle.sleep)(left.min(NAP));
            left = due.saturating_sub(self.throttle.clock.monotonic());
        }
    }

    fn time_of(&self, bytes: u64) -> Duration {
        let nanos = u128::from(bytes) * 1_000_000_000 / u128::from(self.throttle.rate.get());
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}
