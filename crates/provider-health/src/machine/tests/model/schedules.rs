//! Random schedules of steps on both, and what is compared after each.

use super::*;
use crate::random::{SplitMix, below};

/// Small numbers, so that a short schedule meets every rule.
fn brisk(jitter_percent: u8) -> Config {
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
        jitter_percent,
        window: at(20),
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
        machine.settle(now);
        model.pass_time(clock);
        model.adopt(&machine);
        match what % 64 {
            0..26 => {
                let answer = machine.admit(now);
                let shown = answer.as_ref().map(|pass| (pass.epoch(), pass.is_probe()));
                let expected = model.admit(id);
                assert_eq!(shown.map_err(|refused| (refused.why, refused.retry_after)), expected);
                passes.extend(answer.ok().zip(expected.ok()).map(|(pass, given)| (id, pass, given)));
            }
            26..52 if !passes.is_empty() => {
                let (id, pass, given) = passes.swap_remove(detail as usize % passes.len());
                let (outcome, tally) = (outcome(detail >> 8), tally(detail));
                let heard = machine.report(&pass, outcome, tally, now);
                assert_eq!(heard, model.report(id, given, outcome, tally));
            }
            52..59 => {
                let (outcome, tally) = (outcome(detail >> 8), tally(detail));
                assert_eq!(machine.observe(outcome, tally, now), model.observe(outcome, tally));
            }
            59.. => {
                let order = Order::of(detail);
                order.tell(&mut machine, now);
                model.order(order);
            }
            _ => machine.force(machine.state().overlay, now),
        }
        model.adopt(&machine);
        assert_eq!(machine.state(), State { phase: model.phase, overlay: model.overlay });
        assert_eq!(machine.reason().0, model.reason);
        assert_eq!(machine.epoch(), model.cycle);
        assert_eq!(machine.probes_out(), model.probes.len());
        assert_eq!(machine.is_available(now), model.refusal().is_none());
        met[model.phase as usize] = true;
    }
}

/// 250,000 schedules of 10 steps from `seed`, half of them with jitter; four tests do a million.
fn schedules(seed: u64) {
    let (mut random, mut met) = (SplitMix::new(seed), [false; 4]);
    for turn in 0..250_000 {
        compare(brisk(if turn % 2 == 0 { 0 } else { 20 }), &mut random, 10, &mut met);
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
    for turn in 0..200 {
        compare(brisk(if turn % 2 == 0 { 0 } else { 20 }), &mut random, 1000, &mut met);
    }
}
