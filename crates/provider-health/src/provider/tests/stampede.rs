//! A thousand instances lose the same upstream at the same moment, and find their way back without treading on it.

use super::*;
use crate::machine::Machine;

const INSTANCES: u64 = 1000;

/// When each instance probes, if the upstream goes down for all of them at zero and stays down for `rounds` probes each.
fn probes(config: Config, rounds: usize) -> Vec<u64> {
    let mut moments = Vec::new();
    for seed in 0..INSTANCES {
        let mut machine = Machine::new(config, seed.wrapping_mul(0x1234_5678_9abc_def1)).unwrap();
        machine.mark_unhealthy(Reason::Marked, Duration::ZERO);
        for _ in 0..rounds {
            let at = machine.open_until().unwrap();
            let probe = machine.admit(at).unwrap();
            moments.push(at.as_millis() as u64);
            let _ = machine.report(&probe, Outcome::ConnectFault, Tally::default(), at);
        }
    }
    moments
}

/// The most in any 100 ms, sliding, and the mean of 100 ms between the first and the last.
fn peak_and_mean(mut moments: Vec<u64>) -> (usize, f64) {
    moments.sort_unstable();
    let (mut begin, mut peak) = (0, 0);
    for (end, at) in moments.iter().enumerate() {
        while moments[begin] + 100 <= *at {
            begin += 1;
        }
        peak = peak.max(end - begin + 1);
    }
    let span = (moments.last().unwrap() - moments[0]) as f64;
    (peak, moments.len() as f64 / (span / 100.0))
}

#[test]
fn stampede_of_a_thousand_instances_keeps_below_twice_the_mean() {
    let config =
        Config { open_for: 5 * SECOND, jitter_percent: 100, open_at_most: 60 * SECOND, ..Config::default() };
    let (peak, mean) = peak_and_mean(probes(config, 1));
    assert!(peak as f64 <= 2.0 * mean, "first probes: {peak} against {mean:.1}");
    // The later the round, the wider it is spread; each is held to its own mean.
    let all = probes(config, 4);
    for round in 1..4 {
        let moments: Vec<_> = all.iter().skip(round).step_by(4).copied().collect();
        let (peak, _) = peak_and_mean(moments);
        assert!(peak as f64 <= 2.0 * mean, "round {round}: {peak} against {mean:.1}");
    }
}

#[test]
fn without_jitter_they_would_all_come_at_once() {
    let config = Config { open_for: 5 * SECOND, jitter_percent: 0, ..Config::default() };
    let moments = probes(config, 1);
    assert!(moments.iter().all(|at| *at == 5000), "so the test above can fail");
}
