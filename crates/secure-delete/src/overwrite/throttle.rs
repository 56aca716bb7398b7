//! Not faster than this.

use std::fmt;
use std::num::NonZeroU64;
use std::sync::Arc;
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
