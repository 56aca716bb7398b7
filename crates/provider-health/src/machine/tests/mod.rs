//! What moves the machine, and what must not.

mod model;
mod rules;

use super::*;
use crate::{Refusal, Refused};

const SECOND: Duration = Duration::from_secs(1);

/// No jitter, so that times can be written down.
fn config() -> Config {
    Config { jitter_percent: 0, ..Config::default() }
}

fn machine(config: Config) -> Machine {
    Machine::new(config, 1).unwrap()
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A call that is admitted and ends at once.
fn call(machine: &mut Machine, outcome: Outcome, now: Duration) {
    let pass = machine.admit(now).unwrap();
    let _ = machine.report(&pass, outcome, Tally::default(), now);
}

fn fail(machine: &mut Machine, times: usize, now: Duration) {
    (0..times).for_each(|_| call(machine, Outcome::ServerFault, now));
}

fn phase(machine: &Machine) -> Phase {
    machine.state().phase
}
