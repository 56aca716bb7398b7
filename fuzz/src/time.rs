//! A clock that moves only when told to.

use std::sync::Arc;
use stockade_core::{ManualClock, UnixMillis};

/// What the clock shows, in seconds since the epoch.
pub const NOW: u64 = 1_700_000_000;

/// A clock stopped at [`NOW`].
#[must_use]
pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(UnixMillis::from_secs(NOW)))
}
