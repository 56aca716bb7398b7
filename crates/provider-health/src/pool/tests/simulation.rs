//! Many requests: what clients see, and what upstreams bear.

use super::*;

/// A provider that answers 503 in 0.1 ms beside one that answers 200 in 20 ms. Returns how many of 10,000 attempts went to the
/// first, and how many clients saw an error.
fn beside_a_fast_503(strategy: Strategy, rules: Config) -> (u32, u32) {
    let scene = Scene::with(PoolConfig::default(), strategy, rules, |clock, rules| {
        vec![Member::new(provider(0, rules, clock)), Member::new(provider(1, rules, clock))]
    });
    let (mut of_the_first, mut errors) = (0, 0);
    for request in 0..10_000 {
        let mut chain = scene.pool.chain(Repeat::Idempotent, None);
        let answered = loop {
            let Next::Attempt(attempt) = scene.next(&mut chain) else { break false };
            let (micros, outcome) =
                if attempt.index() == 0 { (100, Outcome::ServerFault) } else { (20_000, Outcome::Ok) };
            // The first hundred requests are the time of detection.
            of_the_first += u32::from(attempt.index() == 0 && request >= 100);
            scene.clock.advance(Duration::from_micros(micros));
            if chain.report(attempt, outcome, scene.now()) == After::Done {
                break true;
            }
        };
        errors += u32::from(!answered);
    }
    (of_the_first, errors)
}

#[test]
fn a_fast_503_gets_at_most_one_in_a_hundred_and_no_client_sees_it() {
    for strategy in [Strategy::PeakEwma, Strategy::Weighted, Strategy::Cost] {
        let (calls, errors) = beside_a_fast_503(strategy.clone(), Config::default());
        assert!(calls <= 100 && errors == 0, "{strategy:?}: {calls} calls, {errors} errors");
    }
}

#[test]
fn success_alone_keeps_it_away_where_no_circuit_opens() {
    let rules =
        Config { degraded_after: 1000, unhealthy_after: 1000, failure_window: SECOND, ..Config::default() };
    for strategy in [Strategy::PeakEwma, Strategy::Weighted, Strategy::Cost] {
        let (calls, errors) = beside_a_fast_503(strategy.clone(), rules);
        assert!(calls > 0, "{strategy:?}: it is looked at now and then, or nobody would see it recover");
        assert!(calls <= 100 && errors == 0, "{strategy:?}: {calls} calls, {errors} errors");
    }
}

#[test]
fn amplification_of_a_total_outage_is_at_most_one_fifth() {
    let rules = Config { degraded_after: 1000, unhealthy_after: 1000, ..Config::default() };
    let scene = Scene::with(PoolConfig::default(), Strategy::Weighted, rules, |clock, rules| {
        (0..3).map(|index| Member::new(provider(index, rules, clock))).collect()
    });
    let (mut attempts, mut requests) = (0_u64, 0_u64);
    let mut outage = |requests_made: u64| {
        for _ in 0..requests_made {
            scene.pool.providers().for_each(Provider::reset);
            requests += 1;
            let mut chain = scene.pool.chain(Repeat::Idempotent, None);
            while let Next::Attempt(attempt) = scene.next(&mut chain) {
                attempts += 1;
                let _ = chain.report(attempt, Outcome::ConnectFault, scene.now());
            }
        }
        (attempts, requests)
    };
    // What was saved up is spent in the first requests.
    let (attempts_before, requests_before) = outage(200);
    let (attempts, requests) = outage(10_000);
    let (attempts, requests) = (attempts - attempts_before, requests - requests_before);
    assert!(attempts * 10 <= requests * 12, "{attempts} attempts for {requests} requests");
    assert!(attempts * 100 >= requests * 119, "the budget is used");
}

#[test]
fn a_provider_dies_and_comes_back_and_no_request_fails() {
    let rules = Config { open_for: 20 * SECOND, open_at_most: 60 * SECOND, ..Config::default() };
    let scene = Scene::with(PoolConfig::default(), Strategy::PeakEwma, rules, |clock, rules| {
        [0, 0, 1]
            .into_iter()
            .enumerate()
            .map(|(i, tier)| Member::new(provider(i, rules, clock)).tier(tier))
            .collect()
    });
    let mut by_the_first = [0_u32; 3];
    for request in 0_usize..60_000 {
        let (phase_of_test, dead) = (request / 20_000, (20_000..40_000).contains(&request));
        let mut chain = scene.pool.chain(Repeat::Idempotent, Some(scene.now() + SECOND));
        loop {
            let attempt = scene.attempt(&mut chain);
            let fails = dead && attempt.index() == 0;
            by_the_first[phase_of_test] += u32::from(attempt.index() == 0);
            scene.clock.advance(Duration::from_millis(20));
            let outcome = if fails { Outcome::ConnectFault } else { Outcome::Ok };
            if chain.report(attempt, outcome, scene.now()) == After::Done {
                break;
            }
        }
    }
    let [before, during, after] = by_the_first;
    assert!(before > 5_000 && during < 40 && after > 2_000, "{by_the_first:?}");
}
