//! The machine against a model that remembers everything and computes each answer from the start of its log.

mod schedules;

use super::*;

/// What has happened since the current cycle began, oldest first.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Entry {
    Success,
    Failure(u64),
    /// A peer's word: successes from here on are counted anew, failures are not.
    Hearsay,
}

/// One cycle after the other; the number of a cycle is the machine's epoch. Steps are whole seconds. What is drawn at random the model
/// bounds, and then takes from the machine.
#[derive(Debug)]
struct Model {
    config: Config,
    phase: Phase,
    overlay: Option<Overlay>,
    reason: Reason,
    now: u64,
    cycle: u32,
    log: Vec<Entry>,
    open_until: Duration,
    cooling_until: Duration,
    /// Between which moments the one above must lie, if it was drawn just now.
    drawn_open: Option<[Duration; 2]>,
    drawn_cooling: Option<[Duration; 2]>,
    probes: Vec<(usize, u64)>,
    openings: u32,
    well_since: Option<u64>,
    /// A peer's word opened the circuit, and this many closings by calls have come since: none yet, or one.
    peer_opened: Option<bool>,
    closed_at: Option<u64>,
}

/// What of an answer a caller sees.
type Answer = Result<(u32, bool), (Refusal, Option<Duration>)>;

impl Model {
    fn new(config: Config) -> Self {
        Self {
            config,
            phase: Phase::Healthy,
            overlay: None,
            reason: Reason::Initial,
            now: 0,
            cycle: 0,
            log: Vec::new(),
            open_until: Duration::ZERO,
            cooling_until: Duration::ZERO,
            drawn_open: None,
            drawn_cooling: None,
            probes: Vec::new(),
            openings: 0,
            well_since: None,
            peer_opened: None,
            closed_at: None,
        }
    }

    fn time(&self) -> Duration {
        at(self.now)
    }

    /// Takes what the machine has drawn, if it lies where it must.
    fn adopt(&mut self, machine: &Machine) {
        if let Some([least, most]) = self.drawn_open.take() {
            let until = machine.open_until().unwrap();
            assert!((least..=most).contains(&until), "{until:?} is not within {least:?} and {most:?}");
            self.open_until = until;
        }
        if let Some([least, most]) = self.drawn_cooling.take() {
            let until = machine.cooling_until().unwrap();
            assert!((least..=most).contains(&until), "{until:?} is not within {least:?} and {most:?}");
            self.cooling_until = until;
        }
        // What is drawn for longer than a phase lasts is not looked at any more.
        assert_eq!(machine.open_until(), (self.phase == Phase::Unhealthy).then_some(self.open_until));
        let cooling = (self.cooling_until > self.time()).then_some(self.cooling_until);
        assert_eq!(machine.cooling_until(), cooling);
    }

    fn with_jitter(&self, span: Duration, times: u32) -> Duration {
        span + span * u32::from(self.config.jitter_percent) * times / 100
    }

    fn pass_time(&mut self, now: u64) {
        self.now = self.now.max(now);
        let overdue = self.probes.iter().map(|(_, deadline)| *deadline).filter(|d| *d <= self.now).min();
        if let Some(deadline) = overdue {
            self.open(deadline, Reason::ProbeOverdue);
        }
    }

    fn cycle(&mut self, phase: Phase, reason: Reason) {
        self.enter(phase, reason);
        self.cycle += 1;
        self.log.clear();
        self.probes.clear();
    }

    fn enter(&mut self, phase: Phase, reason: Reason) {
        (self.phase, self.reason) = (phase, reason);
    }

    /// It was well until then.
    fn decay(&mut self, until: u64) {
        if let Some(since) = self.well_since.take() {
            let well = until.saturating_sub(since) / self.config.decay_every.as_secs();
            self.openings = self.openings.saturating_sub(u32::try_from(well).unwrap());
        }
    }

    fn open(&mut self, from: u64, reason: Reason) {
        self.decay(from);
        let parts = 100 + 2 * u32::from(self.config.jitter_percent);
        let most = self.config.open_at_most * 100 / parts;
        let alone = (self.config.open_for * 2_u32.pow(self.openings.min(20))).min(most);
        let longest = self.with_jitter(alone, 2).min(self.config.open_at_most);
        self.drawn_open = Some([at(from) + alone, at(from) + longest]);
        self.openings += 1;
        (self.peer_opened, self.closed_at) = (None, None);
        self.cycle(Phase::Unhealthy, reason);
    }

    fn close(&mut self, reason: Reason) {
        self.cycle(Phase::Healthy, reason);
        self.well_since.get_or_insert(self.now);
    }

    fn prove(&mut self, reason: Reason) {
        self.peer_opened = self.peer_opened.map(|_| true);
        self.closed_at = Some(self.now);
        self.close(reason);
    }

    fn forced(&self) -> bool {
        matches!(self.overlay, Some(Overlay::ForcedUp | Overlay::ForcedDown))
    }

    fn refusal(&self) -> Option<(Refusal, Option<Duration>)> {
        match self.overlay {
            Some(Overlay::ForcedUp) => return None,
            Some(Overlay::ForcedDown) => return Some((Refusal::ForcedDown, None)),
            Some(Overlay::Draining) => return Some((Refusal::Draining, None)),
            None => {}
        }
        let mut reasons = Vec::new();
        if self.phase == Phase::Unhealthy {
            reasons.push((self.open_until, Refusal::Open));
        }
        if self.phase == Phase::Probing && self.probes.len() >= usize::from(self.config.probes) {
            let earliest = self.probes.iter().map(|(_, deadline)| *deadline).min().unwrap();
            reasons.push((at(earliest), Refusal::Probing));
        }
        reasons.push((self.cooling_until, Refusal::Cooling));
        reasons.retain(|(until, _)| *until > self.time());
        // The one that lasts longest is told; of two that last alike the provider's own wish.
        reasons.sort_by_key(|(until, why)| (*until, *why == Refusal::Cooling));
        reasons.last().map(|(until, why)| (*why, Some(*until - self.time())))
    }

    fn admit(&mut self, id: usize) -> Answer {
        if let Some(refusal) = self.refusal() {
            return Err(refusal);
        }
        if self.overlay.is_none() && self.phase == Phase::Unhealthy {
            self.cycle(Phase::Probing, Reason::TimeToProbe);
        }
        let probe = self.overlay.is_none() && self.phase == Phase::Probing;
        if probe {
            self.probes.push((id, self.now + self.config.probe_timeout.as_secs()));
        }
        Ok((self.cycle, probe))
    }

    fn report(&mut self, id: usize, (cycle, probe): (u32, bool), outcome: Outcome, tally: Tally) -> Heard {
        if cycle != self.cycle {
            return Heard::Late;
        }
        self.probes.retain(|(held, _)| *held != id);
        if probe || matches!(self.phase, Phase::Healthy | Phase::Degraded) {
            return self.hear(outcome, tally);
        }
        Heard::Late
    }

    fn observe(&mut self, outcome: Outcome, tally: Tally) -> Heard {
        if self.phase == Phase::Unhealthy {
            let silent = matches!(outcome, Outcome::ClientFault | Outcome::Declined | Outcome::Cancelled);
            if silent || self.time() < self.open_until || self.forced() {
                return Heard::Late;
            }
            self.cycle(Phase::Probing, Reason::TimeToProbe);
        }
        self.hear(outcome, tally)
    }

    fn hear(&mut self, outcome: Outcome, tally: Tally) -> Heard {
        if self.forced() {
            return Heard::Late;
        }
        self.weigh(outcome, tally);
        Heard::Counted
    }

    fn weigh(&mut self, outcome: Outcome, tally: Tally) {
        match outcome {
            Outcome::Ok => self.log.push(Entry::Success),
            Outcome::Slow if self.phase == Phase::Probing => return self.open(self.now, Reason::ProbeFailed),
            Outcome::Slow => self.log.push(Entry::Success),
            Outcome::Throttled(wait) => return self.cool(wait),
            Outcome::ClientFault | Outcome::Declined | Outcome::Cancelled => return,
            Outcome::ServerFault | Outcome::Timeout | Outcome::ConnectFault => {
                self.log.push(Entry::Failure(self.now));
            }
        }
        let good = self.log.iter().rev().take_while(|e| **e == Entry::Success).count();
        let row = self.log.iter().rev().filter(|e| **e != Entry::Hearsay).map_while(|e| match e {
            Entry::Failure(at) => Some(at),
            Entry::Success | Entry::Hearsay => None,
        });
        let oldest = self.now.saturating_sub(self.config.failure_window.as_secs());
        let bad = u32::try_from(row.filter(|at| **at >= oldest).count()).unwrap();
        if bad > 0 {
            self.peer_opened = self.peer_opened.filter(|_| self.phase == Phase::Probing);
        }
        let healed = good >= self.config.healthy_after as usize;
        match self.phase {
            Phase::Probing if bad > 0 => return self.open(self.now, Reason::ProbeFailed),
            Phase::Probing if healed => return self.prove(Reason::Recovered),
            Phase::Probing | Phase::Unhealthy => return,
            Phase::Degraded if healed => self.heal(),
            Phase::Healthy | Phase::Degraded if bad >= self.config.unhealthy_after => {
                return self.open(self.now, Reason::Consecutive(bad));
            }
            Phase::Healthy if bad >= self.config.degraded_after => {
                self.enter(Phase::Degraded, Reason::Consecutive(bad));
            }
            Phase::Healthy | Phase::Degraded => {}
        }
        let judged = bad > 0 || outcome == Outcome::Slow;
        let reached = |count: u64, limit: Option<u8>| {
            limit.is_some_and(|limit| count as f64 / tally.calls as f64 >= f64::from(limit) / 100.0)
        };
        let shown = |count: u64| u8::try_from(count * 100 / tally.calls).unwrap();
        if !judged || tally.calls < u64::from(self.config.minimum_calls) {
        } else if reached(tally.failures, self.config.failure_percent) {
            self.open(self.now, Reason::FailureRate(shown(tally.failures)));
        } else if reached(tally.slow, self.config.slow_percent) {
            self.open(self.now, Reason::SlowRate(shown(tally.slow)));
        }
    }

    fn cool(&mut self, wait: Option<Duration>) {
        let wait = wait.filter(|wait| !wait.is_zero()).unwrap_or(self.config.throttle_default);
        let wait = wait.min(self.config.throttle_at_most);
        let ends = [wait, self.with_jitter(wait, 1)];
        self.drawn_cooling = Some(ends.map(|end| self.cooling_until.max(self.time() + end)));
    }

    /// Degraded to healthy is no new cycle, but successes so far have been spent.
    fn heal(&mut self) {
        self.enter(Phase::Healthy, Reason::Recovered);
        self.log.clear();
    }

    fn order(&mut self, order: Order) {
        match order {
            Order::Force(overlay) if overlay != self.overlay => {
                let before = self.forced();
                self.overlay = overlay;
                self.reason = Reason::Overlay;
                if before || self.forced() {
                    self.cycle(self.phase, Reason::Overlay);
                }
            }
            Order::Force(_) => {}
            Order::Healthy => {
                (self.openings, self.cooling_until, self.peer_opened) = (0, Duration::ZERO, None);
                self.close(Reason::Marked);
            }
            Order::Degraded => {
                self.cycle(Phase::Degraded, Reason::Marked);
                self.well_since.get_or_insert(self.now);
            }
            Order::Unhealthy => self.open(self.now, Reason::Check),
            Order::Recover if self.forced() => {}
            Order::Recover => self.prove(Reason::Check),
            Order::Eject(span, credence) => self.hear_of(span, credence),
            Order::ProbeSooner if self.phase == Phase::Unhealthy => {
                let latest = self.open_until.min(self.time() + self.config.open_for);
                self.drawn_open = Some([self.open_until.min(self.time()), latest]);
            }
            Order::ProbeSooner => {}
        }
    }

    fn hear_of(&mut self, span: Duration, credence: Credence) {
        if self.forced() || matches!(self.phase, Phase::Unhealthy | Phase::Probing) {
            return;
        }
        let window = self.config.window.as_secs();
        let proved = self.closed_at.is_some_and(|then| self.now < then + window);
        if credence == Credence::Degrades || proved || self.peer_opened == Some(true) {
            if self.phase == Phase::Healthy {
                self.enter(Phase::Degraded, Reason::Peer);
                self.log.push(Entry::Hearsay);
            }
            return;
        }
        let ends = [span, self.with_jitter(span, 1)];
        self.drawn_open = Some(ends.map(|end| self.time() + end.min(self.config.open_at_most)));
        self.decay(self.now);
        self.peer_opened = Some(false);
        self.cycle(Phase::Unhealthy, Reason::Peer);
    }
}

/// What somebody says, as opposed to what calls show.
#[derive(Debug, Clone, Copy)]
enum Order {
    Force(Option<Overlay>),
    Healthy,
    Degraded,
    Unhealthy,
    Recover,
    Eject(Duration, Credence),
    ProbeSooner,
}

impl Order {
    fn of(random: u64) -> Self {
        let overlays = [None, Some(Overlay::ForcedUp), Some(Overlay::ForcedDown), Some(Overlay::Draining)];
        let credence = if random >> 40 & 1 == 0 { Credence::Opens } else { Credence::Degrades };
        match random % 16 {
            0..3 => Self::Force(overlays[(random >> 32) as usize % 4]),
            3..8 => Self::Force(None),
            8 => Self::Healthy,
            9 => Self::Degraded,
            10 => Self::Unhealthy,
            11 => Self::Recover,
            12..15 => Self::Eject(at(1 + (random >> 32) % 100), credence),
            _ => Self::ProbeSooner,
        }
    }

    fn tell(self, machine: &mut Machine, now: Duration) {
        match self {
            Self::Force(overlay) => machine.force(overlay, now),
            Self::Healthy => machine.mark_healthy(Reason::Marked, now),
            Self::Degraded => machine.mark_degraded(Reason::Marked, now),
            Self::Unhealthy => machine.mark_unhealthy(Reason::Check, now),
            Self::Recover => machine.recover(Reason::Check, now),
            Self::Eject(span, credence) => machine.eject(span, credence, Reason::Peer, now),
            Self::ProbeSooner => machine.probe_sooner(now),
        }
    }
}
