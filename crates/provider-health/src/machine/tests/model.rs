//! The machine against a model that remembers everything and computes each answer from the start of its log.

use super::*;
use crate::random::{SplitMix, below};

/// What has happened since the current cycle began, oldest first.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Entry {
    Success,
    Failure(u64),
}

/// One cycle after the other; the number of a cycle is the machine's epoch. Times are whole seconds.
#[derive(Debug)]
struct Model {
    config: Config,
    phase: Phase,
    overlay: Option<Overlay>,
    now: u64,
    cycle: u32,
    log: Vec<Entry>,
    open_until: u64,
    cooling_until: u64,
    probes: Vec<(usize, u64)>,
    openings: u32,
    well_since: Option<u64>,
}

impl Model {
    fn new(config: Config) -> Self {
        Self {
            config,
            phase: Phase::Healthy,
            overlay: None,
            now: 0,
            cycle: 0,
            log: Vec::new(),
            open_until: 0,
            cooling_until: 0,
            probes: Vec::new(),
            openings: 0,
            well_since: None,
        }
    }

    fn pass_time(&mut self, now: u64) {
        self.now = self.now.max(now);
        let overdue = self.probes.iter().map(|(_, deadline)| *deadline).filter(|d| *d <= self.now).min();
        if let Some(deadline) = overdue {
            self.open(deadline);
        }
    }

    fn cycle(&mut self, phase: Phase) {
        self.phase = phase;
        self.cycle += 1;
        self.log.clear();
        self.probes.clear();
    }

    fn open(&mut self, from: u64) {
        if let Some(since) = self.well_since.take() {
            let well = from.saturating_sub(since) / self.config.decay_every.as_secs();
            self.openings = self.openings.saturating_sub(u32::try_from(well).unwrap());
        }
        let alone = self.config.open_for.as_secs() * 2_u64.pow(self.openings.min(20));
        self.open_until = from + alone.min(self.config.open_at_most.as_secs());
        self.openings += 1;
        self.cycle(Phase::Unhealthy);
    }

    fn close(&mut self) {
        self.cycle(Phase::Healthy);
        self.well_since.get_or_insert(self.now);
    }

    fn forced(&self) -> bool {
        matches!(self.overlay, Some(Overlay::ForcedUp | Overlay::ForcedDown))
    }

    fn available(&self) -> bool {
        match (self.overlay, self.phase) {
            (Some(overlay), _) => overlay == Overlay::ForcedUp,
            _ if self.now < self.cooling_until => false,
            (None, Phase::Healthy | Phase::Degraded) => true,
            (None, Phase::Unhealthy) => self.now >= self.open_until,
            (None, Phase::Probing) => self.probes.len() < usize::from(self.config.probes),
        }
    }

    /// The cycle and whether it is a probe, as pass number `id`.
    fn admit(&mut self, id: usize) -> Option<(u32, bool)> {
        if !self.available() {
            return None;
        }
        if self.overlay.is_none() && self.phase == Phase::Unhealthy {
            self.cycle(Phase::Probing);
        }
        let probe = self.overlay.is_none() && self.phase == Phase::Probing;
        if probe {
            self.probes.push((id, self.now + self.config.probe_timeout.as_secs()));
        }
        Some((self.cycle, probe))
    }

    fn report(&mut self, id: usize, (cycle, probe): (u32, bool), outcome: Outcome, tally: Tally) {
        if cycle != self.cycle {
            return;
        }
        self.probes.retain(|(held, _)| *held != id);
        if probe || matches!(self.phase, Phase::Healthy | Phase::Degraded) {
            self.hear(outcome, tally);
        }
    }

    fn observe(&mut self, outcome: Outcome, tally: Tally) {
        if self.phase == Phase::Unhealthy {
            let silent = matches!(outcome, Outcome::ClientFault | Outcome::Declined | Outcome::Cancelled);
            if silent || self.now < self.open_until || self.forced() {
                return;
            }
            self.cycle(Phase::Probing);
        }
        self.hear(outcome, tally);
    }

    fn hear(&mut self, outcome: Outcome, tally: Tally) {
        if self.forced() {
            return;
        }
        match outcome {
            Outcome::Ok => self.log.push(Entry::Success),
            Outcome::Slow if self.phase == Phase::Probing => return self.open(self.now),
            Outcome::Slow => self.log.push(Entry::Success),
            Outcome::Throttled(wait) => {
                let wait = wait.filter(|wait| !wait.is_zero());
                let wait = wait.unwrap_or(self.config.throttle_default).min(self.config.throttle_at_most);
                self.cooling_until = self.cooling_until.max(self.now + wait.as_secs());
                return;
            }
            Outcome::ClientFault | Outcome::Declined | Outcome::Cancelled => return,
            Outcome::ServerFault | Outcome::Timeout | Outcome::ConnectFault => {
                self.log.push(Entry::Failure(self.now));
            }
        }
        let good = self.log.iter().rev().take_while(|e| **e == Entry::Success).count();
        let row = self.log.iter().rev().map_while(|e| match e {
            Entry::Failure(at) => Some(at),
            Entry::Success => None,
        });
        let oldest = self.now.saturating_sub(self.config.failure_window.as_secs());
        let bad = u32::try_from(row.filter(|at| **at >= oldest).count()).unwrap();
        match self.phase {
            Phase::Probing if bad > 0 => return self.open(self.now),
            Phase::Probing if good >= self.config.healthy_after as usize => return self.close(),
            Phase::Probing | Phase::Unhealthy => return,
            Phase::Degraded if good >= self.config.healthy_after as usize => self.heal(),
            Phase::Healthy | Phase::Degraded if bad >= self.config.unhealthy_after => {
                return self.open(self.now);
            }
            Phase::Healthy if bad >= self.config.degraded_after => self.phase = Phase::Degraded,
            Phase::Healthy | Phase::Degraded => {}
        }
        let judged = bad > 0 || outcome == Outcome::Slow;
        let reached = |count: u64, limit: Option<u8>| {
            limit.is_some_and(|limit| count as f64 / tally.calls as f64 >= f64::from(limit) / 100.0)
        };
        let enough = tally.calls >= u64::from(self.config.minimum_calls);
        let tripped = reached(tally.failures, self.config.failure_percent)
            || reached(tally.slow, self.config.slow_percent);
        if judged && enough && tripped {
            self.open(self.now);
        }
    }

    /// Degraded to healthy is no new cycle, but successes so far have been spent.
    fn heal(&mut self) {
        self.phase = Phase::Healthy;
        self.log.clear();
    }

    fn force(&mut self, overlay: Option<Overlay>) {
        if overlay != self.overlay {
            let before = self.forced();
            self.overlay = overlay;
            if before || self.forced() {
                self.cycle(self.phase);
            }
        }
    }
}

/// Small numbers, so that a short schedule meets every rule.
fn brisk() -> Config {
    Config {
        degraded_after: 2,
        unhealthy_after: 3,
        healthy_after: 2,
        failure_window: at(40),
        minimum_calls: 10,
        failure_percent: Some(50),
        slow_percent: Some(70),
        open_for: at(10),
        open_at_most: at(60),
        jitter_percent: 0,
        decay_every: at(30),
        probes: 2,
        probe_timeout: at(5),
        throttle_default: at(3),
        throttle_at_most: at(20),
        ..Config::default()
    }
}

fn outcome(random: u64) -> Outcome {
    match random % 16 {
        0..4 => Outcome::Ok,
        4 => Outcome::Slow,
        5 => Outcome::Throttled(None),
        6 => Outcome::Throttled(Some(at(random >> 32 & 31))),
        7..10 => Outcome::ServerFault,
        10 => Outcome::Timeout,
        11..14 => Outcome::ConnectFault,
        14 if random >> 40 & 1 == 0 => Outcome::ClientFault,
        14 => Outcome::Declined,
        _ => Outcome::Cancelled,
    }
}

fn tally(random: u64) -> Tally {
    let calls = 1 + below(random << 8, 25);
    Tally {
        calls,
        failures: below(random << 24, calls / 2 + 2).min(calls),
        slow: below(random << 40, calls + 1),
    }
}

/// A schedule of random steps on both; every answer and every state is compared.
fn compare(config: Config, random: &mut SplitMix, steps: usize, met: &mut [bool; 4]) {
    let (mut machine, mut model) = (Machine::new(config, 1).unwrap(), Model::new(config));
    let mut passes: Vec<(usize, Pass, (u32, bool))> = Vec::new();
    let mut clock = 1000_u64;
    for id in 0..steps {
        let (what, detail) = (random.next(), random.next());
        clock = match what >> 56 {
            // The clock jumps: back, and far ahead.
            0..8 => clock.saturating_sub(detail % 500),
            8..12 => clock + 1000,
            12..128 => clock + detail % 8,
            _ => clock,
        };
        let now = at(clock);
        model.pass_time(clock);
        match what % 64 {
            0..26 => match (machine.admit(now), model.admit(id)) {
                (Ok(pass), Some(expected)) => {
                    assert_eq!((pass.epoch(), pass.is_probe()), expected);
                    passes.push((id, pass, expected));
                }
                (refused, expected) => assert_eq!(refused.is_ok(), expected.is_some()),
            },
            26..54 if !passes.is_empty() => {
                let (id, pass, given) = passes.swap_remove(detail as usize % passes.len());
                let (outcome, tally) = (outcome(detail >> 8), tally(detail));
                let _ = machine.report(&pass, outcome, tally, now);
                model.report(id, given, outcome, tally);
            }
            54..61 => {
                let (outcome, tally) = (outcome(detail >> 8), tally(detail));
                let _ = machine.observe(outcome, tally, now);
                model.observe(outcome, tally);
            }
            61 => {
                let overlay =
                    [None, Some(Overlay::ForcedUp), Some(Overlay::ForcedDown), Some(Overlay::Draining)]
                        [detail as usize % 4];
                machine.force(overlay, now);
                model.force(overlay);
            }
            62.. => {
                machine.force(None, now);
                model.force(None);
            }
            _ => machine.force(machine.state().overlay, now),
        }
        assert_eq!(machine.state(), State { phase: model.phase, overlay: model.overlay });
        assert_eq!(machine.epoch(), model.cycle);
        assert_eq!(machine.probes_out(), model.probes.len());
        assert_eq!(machine.is_available(now), model.available());
        met[model.phase as usize] = true;
    }
}

/// 250,000 schedules of 10 steps from `seed`; four tests do a million.
fn schedules(seed: u64) {
    let (mut random, mut met) = (SplitMix::new(seed), [false; 4]);
    for _ in 0..250_000 {
        compare(brisk(), &mut random, 10, &mut met);
    }
    assert_eq!(met, [true; 4], "every phase is met");
}

#[test]
fn a_million_schedules_with_clock_jumps_first_quarter() {
    schedules(1);
}

#[test]
fn a_million_schedules_with_clock_jumps_second_quarter() {
    schedules(2);
}

#[test]
fn a_million_schedules_with_clock_jumps_third_quarter() {
    schedules(3);
}

#[test]
fn a_million_schedules_with_clock_jumps_fourth_quarter() {
    schedules(4);
}

/// Long lives meet what short ones cannot: doublings, their decay, and the cap.
#[test]
fn long_schedules_with_clock_jumps() {
    let (mut random, mut met) = (SplitMix::new(5), [false; 4]);
    for _ in 0..200 {
        compare(brisk(), &mut random, 1000, &mut met);
    }
}
