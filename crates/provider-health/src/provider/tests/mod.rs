//! The handle: hot path, permits, watching.

mod late;
mod permits;
mod rules;
mod seats;
mod stampede;

use super::*;
use crate::machine::{Heard, Tally};
use crate::{Outcome, Overlay, Reason};
use std::time::Duration;
use stockade_core::{ManualClock, UnixMillis};
use stockade_testkit::{NoEntropy, SeededEntropy};

const SECOND: Duration = Duration::from_secs(1);

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)))
}

fn provider(config: Config, clock: &Arc<ManualClock>) -> Provider {
    seeded(config, clock, 1)
}

fn seeded(config: Config, clock: &Arc<ManualClock>, seed: u64) -> Provider {
    let name = ProviderName::new("upstream").unwrap();
    Provider::new(name, config, clock.clone(), &SeededEntropy::new(seed)).unwrap()
}

/// No jitter, so that times can be written down.
fn config() -> Config {
    Config { jitter_percent: 0, ..Config::default() }
}

fn call(provider: &Provider, outcome: Outcome) {
    let _ = provider.acquire().unwrap().record(outcome);
}

fn trip(provider: &Provider) {
    while provider.phase() != Phase::Unhealthy {
        call(provider, Outcome::ServerFault);
    }
}
