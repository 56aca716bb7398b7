//! A clock that stands still.

use std::sync::Arc;
use stockade_core::{ManualClock, UnixMillis};

/// Where [`test_clock`] starts: 2026-01-01T00:00:00Z. After every date that a check could refuse as implausibly old, and not
/// the epoch, where a subtraction that saturates would go unnoticed.
pub const TEST_START: UnixMillis = UnixMillis::from_secs(1_767_225_600);

/// A [`ManualClock`] at [`TEST_START`], ready to be shared with the service under test.
#[must_use]
pub fn test_clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(TEST_START))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use stockade_core::Clock;

    #[test]
    fn the_clock_moves_only_when_told_to() {
        let clock = test_clock();
        assert_eq!(clock.now(), TEST_START);
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), TEST_START.plus(Duration::from_secs(1)));
    }
}
