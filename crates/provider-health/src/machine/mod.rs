//! The state machine: time and outcomes are arguments, nothing else goes in.
//!
//! [`Provider`](crate::Provider) is a machine with a clock, a window and a lock around it; use that unless you bring all three.

mod admit;
mod orders;
mod probes;
mod recovery;
#[cfg(test)]
mod tests;

use crate::outcome::Bearing;
use crate::{Config, ConfigError, Outcome, Overlay, Phase, Reason, State, Transition};
use orders::Peer;
use probes::{Probes, Ticket};
use recovery::Recovery;
use std::collections::VecDeque;
use std::time::Duration;

pub(crate) use admit::{Gate, RAMP, ramp_allows};
pub use orders::Credence;

/// How one provider stands, and the rules by which that changes.
///
/// Time is monotonic: a `now` before the latest one counts as the latest one, so that neither a wall clock nor a slow thread
/// opens or closes anything. Memory is bounded by [`Config::unhealthy_after`] and [`Config::probes`]; every method is done in
/// time proportional to these at most.
#[derive(Debug, Clone)]
pub struct Machine {
    config: Config,
    state: State,
    reason: Reason,
    since: Duration,
    latest: Duration,
    epoch: u32,
    failures: VecDeque<Duration>,
    successes: u32,
    open_until: Duration,
    cooling_until: Duration,
    probes: Probes,
    recovery: Recovery,
    peer: Peer,
    /// When calls or checks closed the circuit last.
    proved_at: Option<Duration>,
    ramp_from: Option<Duration>,
    changes: Vec<Transition>,
}

/// The right to make one call, and to say once what became of it.
///
/// It belongs to the epoch in which it was given: when the provider has tripped, recovered or been marked meanwhile, the result
/// says nothing about how it stands now and is not heard. A pass that is neither reported nor released keeps its place among the
/// probes until [`Config::probe_timeout`].
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a probe's place is held until the pass is reported"]
pub struct Pass {
    epoch: u32,
    probe: Option<Ticket>,
}

/// What the window holds, the call in question included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Successes, slow ones included, and failures.
    pub calls: u64,
    /// Failures.
    pub failures: u64,
    /// Slow successes.
    pub slow: u64,
}

/// How many transitions wait to be [taken](Machine::take_changes); older ones are dropped.
const CHANGES: usize = 16;

impl Machine {
    /// A healthy provider. All jitter follows from `seed`: give each instance its own.
    ///
    /// # Errors
    /// `config` does not [validate](Config::validate).
    pub fn new(config: Config, seed: u64) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self {
            config,
            state: State::INITIAL,
            reason: Reason::Initial,
            since: Duration::ZERO,
            latest: Duration::ZERO,
            epoch: 0,
            failures: VecDeque::new(),
            successes: 0,
            open_until: Duration::ZERO,
            cooling_until: Duration::ZERO,
            probes: Probes::new(config.probes),
            recovery: Recovery::new(seed),
            peer: Peer::Silent,
            proved_at: None,
            ramp_from: None,
            changes: Vec::new(),
        })
    }

    /// Says what became of the call that `pass` allowed. Returns whether it was heard.
    pub fn report(&mut self, pass: &Pass, outcome: Outcome, tally: Tally, now: Duration) -> Heard {
        self.settle(now);
        if pass.epoch != self.epoch {
            return Heard::Late;
        }
        if let Some(ticket) = pass.probe {
            self.probes.give_back(ticket);
        }
        // Whoever was let through while the circuit was open, for want of any better provider, proves nothing: only probes do.
        let unasked = pass.probe.is_none() && matches!(self.state.phase, Phase::Unhealthy | Phase::Probing);
        if unasked {
            return Heard::Late;
        }
        self.weigh(outcome, tally)
    }

    /// Says what became of a call that was made without asking. It counts as one that was admitted now: where a probe is due, as
    /// a probe, though one whose number nobody limited.
    pub fn observe(&mut self, outcome: Outcome, tally: Tally, now: Duration) -> Heard {
        self.settle(now);
        if self.state.phase == Phase::Unhealthy {
            let silent = matches!(outcome.bearing(), Bearing::Silent);
            if silent || self.latest < self.open_until || self.frozen() {
                return Heard::Late;
            }
            self.begin_probing();
        }
        self.weigh(outcome, tally)
    }

    /// Hands over the transitions since the last time, the oldest first; at most the latest 16 of them.
    pub fn take_changes(&mut self) -> Vec<Transition> {
        std::mem::take(&mut self.changes)
    }

    /// The rules.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Phase and overlay, as of the last call of a method that takes a time.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Why and since when it stands so.
    #[must_use]
    pub fn reason(&self) -> (Reason, Duration) {
        (self.reason, self.since)
    }

    /// Until when the circuit is open, if it is.
    #[must_use]
    pub fn open_until(&self) -> Option<Duration> {
        (self.state.phase == Phase::Unhealthy).then_some(self.open_until)
    }

    /// Until when the provider asked to be left alone, if that is not over.
    #[must_use]
    pub fn cooling_until(&self) -> Option<Duration> {
        (self.cooling_until > self.latest).then_some(self.cooling_until)
    }

    /// How many probes are under way.
    #[must_use]
    pub fn probes_out(&self) -> usize {
        self.probes.out()
    }

    /// Which cycle of the provider's life it is. It grows when the circuit opens, is tried, closes, or is forced.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// How many failures in a row are remembered.
    #[must_use]
    pub fn streak(&self) -> usize {
        self.failures.len()
    }

    /// Whether a success changes anything, so that the hot path need not come here with it.
    pub(crate) fn heeds_success(&self) -> bool {
        !self.frozen() && (self.state.phase != Phase::Healthy || !self.failures.is_empty())
    }

    fn weigh(&mut self, outcome: Outcome, tally: Tally) -> Heard {
        if self.frozen() {
            return Heard::Late;
        }
        match outcome.bearing() {
            Bearing::Silent => {}
            Bearing::Throttled(wait) => self.cool(wait),
            Bearing::Good => self.succeed(),
            Bearing::Slow if self.state.phase == Phase::Probing && self.config.slow_percent.is_some() => {
                self.trip(Reason::ProbeFailed, self.latest);
            }
            Bearing::Slow => {
                self.succeed();
                self.judge_rates(tally);
            }
            Bearing::Bad => self.fail(tally),
        }
        Heard::Counted
    }

    fn succeed(&mut self) {
        self.failures.clear();
        if self.state.phase == Phase::Healthy {
            return;
        }
        self.successes = self.successes.saturating_add(1);
        if self.successes >= self.config.healthy_after {
            match self.state.phase {
                Phase::Degraded => {
                    self.successes = 0;
                    self.enter(State { phase: Phase::Healthy, ..self.state }, Reason::Recovered);
                }
                _ => self.prove(Reason::Recovered),
            }
        }
    }

    fn fail(&mut self, tally: Tally) {
        self.successes = 0;
        if self.state.phase == Phase::Probing {
            return self.trip(Reason::ProbeFailed, self.latest);
        }
        self.peer = Peer::Silent;
        let forgotten = self.latest.checked_sub(self.config.failure_window);
        while forgotten.is_some_and(|then| self.failures.front().is_some_and(|failure| *failure < then)) {
            self.failures.pop_front();
        }
        self.failures.push_back(self.latest);
        let streak = u32::try_from(self.failures.len()).unwrap_or(u32::MAX);
        if streak >= self.config.unhealthy_after {
            self.trip(Reason::Consecutive(streak), self.latest);
        } else {
            if streak >= self.config.degraded_after && self.state.phase == Phase::Healthy {
                self.enter(State { phase: Phase::Degraded, ..self.state }, Reason::Consecutive(streak));
            }
            self.judge_rates(tally);
        }
    }

    fn judge_rates(&mut self, tally: Tally) {
        let judged = matches!(self.state.phase, Phase::Healthy | Phase::Degraded);
        if !judged || tally.calls < u64::from(self.config.minimum_calls) {
            return;
        }
        let percent = |count: u64| count.saturating_mul(100) / tally.calls.max(1);
        let reached =
            |count, limit: Option<u8>| limit.is_some_and(|limit| percent(count) >= u64::from(limit));
        let shown = |count| u8::try_from(percent(count)).unwrap_or(100);
        if reached(tally.failures, self.config.failure_percent) {
            self.trip(Reason::FailureRate(shown(tally.failures)), self.latest);
        } else if reached(tally.slow, self.config.slow_percent) {
            self.trip(Reason::SlowRate(shown(tally.slow)), self.latest);
        }
    }

    /// A wait of nothing says nothing: it would be asked again at once.
    fn cool(&mut self, wait: Option<Duration>) {
        let wait = wait.filter(|wait| !wait.is_zero()).unwrap_or(self.config.throttle_default);
        let wait = wait.min(self.config.throttle_at_most);
        let wide = self.recovery.jitter(self.config.share(wait));
        self.cooling_until = self.cooling_until.max(self.latest.saturating_add(wait).saturating_add(wide));
        self.ramp_from = Some(self.cooling_until);
    }

    fn trip(&mut self, reason: Reason, at: Duration) {
        self.open_until = at.saturating_add(self.recovery.next(&self.config, at));
        (self.peer, self.proved_at, self.ramp_from) = (Peer::Silent, None, None);
        self.next_epoch();
        self.enter(State { phase: Phase::Unhealthy, ..self.state }, reason);
    }

    fn begin_probing(&mut self) {
        self.next_epoch();
        self.enter(State { phase: Phase::Probing, ..self.state }, Reason::TimeToProbe);
    }

    /// Closes the circuit by what calls or checks have shown.
    fn prove(&mut self, reason: Reason) {
        if self.peer == Peer::Believed {
            self.peer = Peer::Disproved;
        }
        (self.proved_at, self.ramp_from) = (Some(self.latest), Some(self.latest));
        self.close(reason);
    }

    fn close(&mut self, reason: Reason) {
        self.next_epoch();
        self.recovery.well(self.latest);
        self.enter(State { phase: Phase::Healthy, ..self.state }, reason);
    }

    fn next_epoch(&mut self) {
        self.epoch = self.epoch.wrapping_add(1);
        self.probes.clear();
        self.failures.clear();
        self.successes = 0;
    }

    fn enter(&mut self, new: State, reason: Reason) {
        if new != self.state {
            if self.changes.len() == CHANGES {
                self.changes.remove(0);
            }
            self.changes.push(Transition { old: self.state, new, reason, at: self.latest });
        }
        (self.state, self.reason, self.since) = (new, reason, self.latest);
    }

    /// Lets time pass: a probe that is overdue has failed at the moment it should have been back.
    pub(crate) fn settle(&mut self, now: Duration) {
        self.latest = self.latest.max(now);
        if self.state.phase == Phase::Probing
            && let Some(deadline) = self.probes.earliest_deadline()
            && deadline <= self.latest
        {
            self.trip(Reason::ProbeOverdue, deadline);
        }
    }

    fn frozen(&self) -> bool {
        matches!(self.state.overlay, Some(Overlay::ForcedUp | Overlay::ForcedDown))
    }
}

/// Whether a report changed what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It counted.
    Counted,
    /// It belongs to an older epoch, or a forced provider, and was not heard.
    Late,
}
