//! Many instances lose the same upstream at the same moment, and find their way back without treading on it.

use super::*;
use crate::machine::Machine;

const ROUNDS: usize = 4;

/// When each instance makes its first probe, its second, and so on, in milliseconds, if the upstream goes down for all of them at zero and
/// every probe fails at once.
fn probes(config: Config, instances: u64) -> [Vec<u64>; ROUNDS] {
    let mut rounds: [Vec<u64>; ROUNDS] = Default::default();
    for seed in 0..instances {
        let mut machine = Machine::new(config, seed.wrapping_mul(0x1234_5678_9abc_def1)).unwrap();
        machine.mark_unhealthy(Reason::Marked, Duration::ZERO);
        for round in &mut rounds {
            let at = machine.open_until().unwrap();
            let probe = machine.admit(at).unwrap();
            round.push(at.as_millis() as u64);
            let _ = machine.report(&probe, Outcome::ConnectFault, Tally::default(), at);
        }
    }
    rounds.iter_mut().for_each(|round| round.sort_unstable());
    rounds
}

/// The most in any 100 ms, sliding.
fn peak(sorted: &[u64]) -> usize {
    let (mut begin, mut peak) = (0, 0);
    for (end, at) in sorted.iter().enumerate() {
        while sorted[begin] + 100 <= *at {
            begin += 1;
        }
        peak = peak.max(end - begin + 1);
    }
    peak
}

/// Of 100 ms, between the first and the last.
fn mean(sorted: &[u64]) -> f64 {
    let span = (sorted.last().unwrap() - sorted[0]) as f64;
    sorted.len() as f64 / (span / 100.0)
}

/// A thousand over five seconds are twenty in 100 ms, which is enough that chance does not double it. Later rounds are spread over more
/// time, so that their own means are smaller and chance plays a larger part; what the upstream bears is held to the first.
#[test]
fn stampede_of_a_thousand_instances_keeps_below_twice_the_mean() {
    let config =
        Config { open_for: 5 * SECOND, jitter_percent: 100, open_at_most: 60 * SECOND, ..Config::default() };
    let rounds = probes(config, 1000);
    let bound = 2.0 * mean(&rounds[0]);
    for (number, round) in rounds.iter().enumerate() {
        assert!(peak(round) as f64 <= bound, "round {number}: {} against {bound:.1}", peak(round));
    }
}

/// Every round of the preset against its own mean, by so many that chance plays no part.
#[test]
fn stampede_of_a_crowd_keeps_every_round_of_the_preset_below_twice_its_own_mean() {
    for (number, round) in probes(Config::default(), 200_000).iter().enumerate() {
        let (peak, mean) = (peak(round) as f64, mean(round));
        assert!(peak <= 2.0 * mean, "round {number}: {peak} against {mean:.1}");
    }
}

/// A thousand over the minute of the preset's jitter are less than two in 100 ms: there chance alone makes more than twice as many
/// somewhere, and what counts is how many that are.
#[test]
fn stampede_of_a_thousand_by_the_preset_is_a_dozen_at_most() {
    for (number, round) in probes(Config::default(), 1000).iter().enumerate() {
        assert!(peak(round) <= 12, "round {number}: {}", peak(round));
    }
}

#[test]
fn without_jitter_they_would_all_come_at_once() {
    let config = Config { open_for: 5 * SECOND, jitter_percent: 0, ..Config::default() };
    let [first, ..] = probes(config, 1000);
    assert!(first.iter().all(|at| *at == 5000), "so the tests above can fail");
}
