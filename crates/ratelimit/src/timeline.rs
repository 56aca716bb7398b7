//! Time for budgets that outlive a process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use stockade_core::Clock;

/// The time by which a store's budgets come back: a reading that only grows, kept in the store, and carried on by the monotonic
/// clocks of the processes that use it.
///
/// The wall clock counts only for the time in which no process looked: at a process' first decision, time goes on by what the
/// wall clock says has passed since the store's last one, never backwards and never further than the last debt that stands. So
/// while a process runs, no step of the wall clock opens or shuts a limit; one set back over a restart shuts limits for no
/// longer than the process was down, and one set back and forth gives nothing twice. One set **forward** while nothing runs
/// forgives, as if the service had been down for so long.
///
/// Clones share one reading.
#[derive(Debug, Clone)]
pub struct Timeline {
    clock: Arc<dyn Clock>,
    anchor: Arc<Mutex<Option<Anchor>>>,
}

/// What a store keeps of its time: nothing but this, beside the debts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The store's time.
    pub elapsed: Duration,
    /// What the wall clock says at that time, since the Unix epoch; where it was set back, what it would have said.
    pub wall: Duration,
    /// The store's time at which every key owes nothing.
    pub horizon: Duration,
}

/// What a process knows of the store's time before it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The store's time, if this process has seen it before.
    pub elapsed: Option<Duration>,
    /// The wall clock, since the Unix epoch.
    pub wall: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Anchor {
    elapsed: Duration,
    monotonic: Duration,
}

impl Anchor {
    fn now(&self, monotonic: Duration) -> Duration {
        self.elapsed.saturating_add(monotonic.saturating_sub(self.monotonic))
    }
}

impl Timeline {
    /// Where the store's time stands still: past 146 years, so that sums with any debt stay within 63 bits of nanoseconds.
    /// Limits then stay shut.
    pub const END: Duration = Duration::from_nanos(u64::MAX / 4);

    /// Carries a store's time on by `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, anchor: Arc::default() }
    }

    /// The store's time now, where `stored` was read in the transaction in which this one is kept; `None` for a store that has
    /// none yet.
    #[must_use]
    pub fn advance(&self, stored: Option<Stamp>) -> Stamp {
        let reading = self.reading();
        let stored =
            stored.unwrap_or(Stamp { elapsed: Duration::ZERO, wall: reading.wall, horizon: Duration::ZERO });
        let stamp = stored.advanced_to(reading);
        self.observe(stamp.elapsed);
        stamp
    }

    /// What to tell a store that carries its time on itself, as [`Stamp::advanced_to`] does.
    #[must_use]
    pub fn reading(&self) -> Reading {
        let monotonic = self.clock.monotonic();
        let elapsed = self.anchor().map(|anchor| anchor.now(monotonic));
        Reading { elapsed, wall: Duration::from_millis(self.clock.now().as_millis()) }
    }

    /// Learns the store's time from its answer. Time lost on the way is not made up: otherwise every answer would push it on.
    pub fn observe(&self, elapsed: Duration) {
        let monotonic = self.clock.monotonic();
        let mut anchor = self.anchor();
        if anchor.is_none_or(|anchor| anchor.now(monotonic) < elapsed) {
            *anchor = Some(Anchor { elapsed, monotonic });
        }
    }

    fn anchor(&self) -> MutexGuard<'_, Option<Anchor>> {
        self.anchor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stamp {
    /// The store's time at `reading`.
    #[must_use]
    pub fn advanced_to(self, reading: Reading) -> Self {
        let now = reading.elapsed.unwrap_or_else(|| {
            let unseen = reading.wall.saturating_sub(self.wall);
            self.elapsed.saturating_add(unseen.min(self.horizon.saturating_sub(self.elapsed)))
        });
        let elapsed = now.min(Timeline::END).max(self.elapsed);
        let wall = self.wall.saturating_add(elapsed - self.elapsed).max(reading.wall);
        Self { elapsed, wall, horizon: self.horizon }
    }

    /// The same with a horizon that takes in a debt of `debt`, counted from now.
    #[must_use]
    pub fn owing(self, debt: Duration) -> Self {
        Self { horizon: self.horizon.max(self.elapsed.saturating_add(debt)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_core::{ManualClock, UnixMillis};

    const HOUR: Duration = Duration::from_secs(3600);
    const NOON: UnixMillis = UnixMillis::from_secs(1_700_000_000);

    /// A process that has looked at a store in which an hour of debt stands, ten hours into its life.
    fn process(stored: &mut Option<Stamp>, wall: UnixMillis) -> (Timeline, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(wall));
        let timeline = Timeline::new(clock.clone());
        *stored = Some(timeline.advance(*stored));
        (timeline, clock)
    }

    #[test]
    fn clock_jump_while_running_moves_nothing() {
        let mut stored = None;
        let (timeline, clock) = process(&mut stored, NOON);
        let owing = timeline.advance(stored).owing(HOUR);
        for wall in [NOON.plus(9 * HOUR), NOON.minus(9 * HOUR), UnixMillis::from_millis(u64::MAX)] {
            clock.jump_to(wall);
            assert_eq!(timeline.advance(Some(owing)).elapsed, owing.elapsed, "{wall:?}");
        }
        clock.advance(HOUR / 2);
        assert_eq!(timeline.advance(Some(owing)).elapsed, owing.elapsed + HOUR / 2);
    }

    #[test]
    fn a_restart_counts_the_time_between_and_no_more_than_the_debt() {
        let mut stored = None;
        let (timeline, _) = process(&mut stored, NOON);
        let owing = timeline.advance(stored).owing(HOUR);
        for (down, passed) in [(HOUR / 2, HOUR / 2), (HOUR, HOUR), (1_000_000 * HOUR, HOUR)] {
            let (timeline, _) = process(&mut Some(owing), NOON.plus(down));
            assert_eq!(timeline.advance(Some(owing)).elapsed, owing.elapsed + passed);
        }
    }

    #[test]
    fn clock_jump_back_over_a_restart_forgives_nothing_and_locks_nobody_out_for_longer() {
        let mut stored = None;
        let (timeline, _) = process(&mut stored, NOON);
        let mut stored = Some(timeline.advance(stored).owing(HOUR));
        let before = stored.unwrap();
        let (timeline, clock) = process(&mut stored, NOON.minus(9 * HOUR));
        assert_eq!(stored.unwrap(), before);
        clock.advance(HOUR / 4);
        stored = Some(timeline.advance(stored));
        assert_eq!(stored.unwrap().elapsed, before.elapsed + HOUR / 4, "and goes on");
        for (down, passed) in [(Duration::ZERO, HOUR / 4), (HOUR / 4, HOUR / 2)] {
            let (timeline, _) = process(&mut stored, NOON.plus(HOUR / 4 + down));
            assert_eq!(
                timeline.advance(stored).elapsed,
                before.elapsed + passed,
                "set right, after {down:?}"
            );
        }
    }

    #[test]
    fn processes_side_by_side_go_by_one_time() {
        let mut stored = None;
        let (one, one_clock) = process(&mut stored, NOON);
        stored = stored.map(|stamp| stamp.owing(9 * HOUR));
        one_clock.advance(HOUR);
        stored = Some(one.advance(stored));
        let (two, two_clock) = process(&mut stored, NOON.plus(HOUR));
        assert_eq!(stored.unwrap().elapsed, HOUR);
        for _ in 0..10 {
            one_clock.advance(HOUR / 10);
            two_clock.advance(HOUR / 10);
            stored = Some(one.advance(stored));
            stored = Some(two.advance(stored));
        }
        assert_eq!(stored.unwrap().elapsed, 2 * HOUR);
    }

    #[test]
    fn a_store_that_lost_its_time_goes_on_from_the_processes() {
        let mut stored = None;
        let (timeline, clock) = process(&mut stored, NOON);
        clock.advance(HOUR);
        assert_eq!(timeline.advance(None).elapsed, HOUR);
    }

    #[test]
    fn asvs_v1_4_2_no_clock_overflows() {
        let clock = Arc::new(ManualClock::at(NOON));
        let timeline = Timeline::new(clock.clone());
        let stored = timeline.advance(None).owing(Duration::MAX);
        clock.advance(Duration::MAX);
        let end = timeline.advance(Some(stored));
        assert_eq!(end.elapsed, Timeline::END);
        assert_eq!(timeline.advance(Some(end)).elapsed, Timeline::END);
        let fresh = Timeline::new(Arc::new(ManualClock::at(UnixMillis::from_millis(u64::MAX))));
        assert_eq!(fresh.advance(Some(stored)).elapsed, Timeline::END);
    }
}
