//! What becomes of what is reported: counted, weighed for choices, and told to the machine where that can change anything.

use super::{Provider, seat};
use crate::Outcome;
use crate::machine::{Heard, Pass, Tally};
use crate::outcome::Bearing;
use crate::random::nanos;
use crate::window::Count;
use std::time::Duration;

impl Provider {
    /// Reports a call for which no permit was asked. Where a probe is due it counts as one; nobody limits their number then.
    pub fn record(&self, outcome: Outcome, latency: Duration) -> Heard {
        let (now, word) = (self.now_nanos(), self.0.hot.word());
        let latency = nanos(latency);
        let outcome = self.slowed(outcome, latency);
        if outcome == Outcome::Ok && !word.heeds_success() {
            self.count(outcome, latency, now);
            return Heard::Counted;
        }
        self.with_machine(|machine| {
            self.count(outcome, latency, now);
            machine.observe(outcome, self.tally(), Duration::from_nanos(now))
        })
    }

    /// [`record`](Self::record) of an [`Outcome::Ok`].
    pub fn record_success(&self, latency: Duration) -> Heard {
        self.record(Outcome::Ok, latency)
    }

    /// [`record`](Self::record) of an [`Outcome::ServerFault`].
    pub fn record_failure(&self) -> Heard {
        self.record(Outcome::ServerFault, Duration::ZERO)
    }

    /// Whether this is one more success among successes, which nobody but the counters has to hear of.
    #[inline(always)]
    pub(super) fn is_plain(&self, pass: &Pass, outcome: Outcome, latency: u64, now: u64) -> bool {
        let inner = &*self.0;
        matches!(outcome, Outcome::Ok)
            && latency <= inner.slow_after
            && inner.hot.word().is_calm_since(pass.epoch())
            && !inner.window.is_over(now)
    }

    #[cold]
    #[inline(never)]
    pub(super) fn report(&self, pass: Pass, outcome: Outcome, latency: u64, now: u64) -> Heard {
        let word = self.0.hot.word();
        if word.epoch() != pass.epoch() {
            return Heard::Late;
        }
        let outcome = self.slowed(outcome, latency);
        let quiet = match outcome.bearing() {
            Bearing::Good => !word.heeds_success(),
            Bearing::Silent => !pass.is_probe(),
            Bearing::Slow | Bearing::Bad | Bearing::Throttled(_) => false,
        };
        if quiet {
            self.count(outcome, latency, now);
            return Heard::Counted;
        }
        self.with_machine(|machine| {
            if machine.epoch() == pass.epoch() {
                self.count(outcome, latency, now);
            }
            machine.report(&pass, outcome, self.tally(), Duration::from_nanos(now))
        })
    }

    fn slowed(&self, outcome: Outcome, latency: u64) -> Outcome {
        match outcome {
            Outcome::Ok if latency > self.0.slow_after => Outcome::Slow,
            other => other,
        }
    }

    /// Counts in the window and in the load. It takes no lock but the one for the turn of a slice.
    fn count(&self, outcome: Outcome, latency: u64, now: u64) {
        let inner = &*self.0;
        if inner.window.is_over(now) {
            inner.window.turn(now);
        }
        match outcome.bearing() {
            Bearing::Good => {
                seat::success(self, latency);
                inner.load.succeeded(latency, now);
            }
            Bearing::Slow => {
                seat::success(self, latency);
                inner.window.count(Count::Slow);
                inner.load.succeeded(latency, now);
            }
            Bearing::Bad => {
                inner.window.count(Count::Failure);
                inner.load.failed(now);
            }
            Bearing::Throttled(_) => {
                inner.window.count(Count::Throttled);
                inner.load.throttled(now);
            }
            Bearing::Silent if outcome != Outcome::Cancelled => {
                inner.window.count(Count::Client);
                inner.load.was_no_help(now);
            }
            Bearing::Silent => {
                inner.window.count(Count::Cancelled);
                inner.load.waited_for(latency, now);
            }
        }
    }

    /// Nothing is added up where no rate is watched.
    fn tally(&self) -> Tally {
        if self.0.rates { self.0.window.tally() } else { Tally::default() }
    }
}
