//! A request that is itself the cause of its failures, and what it may do to those who have to serve others.

use super::*;
use crate::Sender;

fn scene(config: PoolConfig) -> Scene {
    Scene::new(config, Strategy::Weighted, &[0, 1, 2])
}

/// Fails a request alike wherever it is taken.
fn fail(scene: &Scene, mut chain: Chain, outcome: Outcome) {
    while let Next::Attempt(attempt) = scene.next(&mut chain) {
        let _ = chain.report(attempt, outcome, scene.now());
    }
}

fn phases(scene: &Scene) -> Vec<Phase> {
    scene.pool.providers().map(Provider::phase).collect()
}

#[test]
fn poison_that_fails_alike_everywhere_is_held_against_the_first_alone() {
    let scene = scene(PoolConfig::default());
    for _ in 0..4 {
        fail(&scene, scene.pool.chain(Repeat::Idempotent, None), Outcome::ServerFault);
    }
    assert_eq!(phases(&scene), [Phase::Degraded, Phase::Healthy, Phase::Healthy]);
    assert_eq!(scene.provider(1).stats().failures, 0);
}

#[test]
fn a_fault_that_another_provider_proves_counts_at_every_fallback_like_at_a_primary() {
    let scene = scene(PoolConfig::default());
    for _ in 0..5 {
        let mut chain = scene.pool.chain(Repeat::Idempotent, None);
        for outcome in [Outcome::ServerFault, Outcome::ServerFault, Outcome::Ok] {
            let attempt = scene.attempt(&mut chain);
            let _ = chain.report(attempt, outcome, scene.now());
        }
    }
    assert_eq!(phases(&scene), [Phase::Unhealthy, Phase::Unhealthy, Phase::Healthy]);
}

#[test]
fn flood_an_oversized_request_cools_one_provider_and_not_for_as_long_as_it_is_told() {
    let scene = scene(PoolConfig::default());
    let told = Outcome::Throttled(Some(200 * SECOND));
    fail(&scene, scene.pool.chain(Repeat::Idempotent, None), told);
    let cooling: Vec<_> = scene.pool.providers().map(|one| one.status().cooling_for).collect();
    assert_eq!(cooling, [Some(5 * SECOND), None, None], "it may be the request that is too large for all");

    let mut chain = scene.pool.chain(Repeat::Idempotent, None);
    let attempt = scene.attempt(&mut chain);
    assert_eq!(attempt.index(), 1);
    let _ = chain.report(attempt, told, scene.now());
    let attempt = scene.attempt(&mut chain);
    let _ = chain.report(attempt, Outcome::Ok, scene.now());
    assert_eq!(
        scene.provider(1).status().cooling_for,
        Some(200 * SECOND),
        "it is not: another one served it"
    );
}

#[test]
fn starvation_a_slow_request_that_may_not_be_repeated_has_the_whole_deadline() {
    let scene = scene(PoolConfig::default());
    let mut chain = scene.pool.chain(Repeat::Once, Some(scene.now() + 30 * SECOND));
    assert_eq!(scene.attempt(&mut chain).within(), Some(30 * SECOND), "nobody is asked after it");
}

#[test]
fn flood_calls_under_way_at_an_outage_go_elsewhere_without_the_budget() {
    let config = PoolConfig { retry_reserve: 2, retry_percent: 0, ..PoolConfig::default() };
    let scene = scene(config);
    let mut under_way: Vec<_> = (0..50)
        .map(|_| {
            let mut chain = scene.pool.chain(Repeat::Idempotent, None);
            let attempt = scene.attempt(&mut chain);
            (chain, attempt)
        })
        .collect();
    scene.clock.advance(SECOND);
    for (mut chain, attempt) in under_way.drain(..) {
        assert_eq!(chain.report(attempt, Outcome::ServerFault, scene.now()), After::TryNext);
        let second = scene.attempt(&mut chain);
        assert_eq!(chain.report(second, Outcome::Ok, scene.now()), After::Done);
    }

    // Those that begin now know better, and pay.
    scene.provider(0).mark_healthy();
    let paid = (0..4)
        .filter(|_| {
            let mut chain = scene.pool.chain(Repeat::Idempotent, None);
            let attempt = scene.attempt(&mut chain);
            scene.clock.advance(Duration::from_millis(1));
            let _ = chain.report(attempt, Outcome::ServerFault, scene.now());
            matches!(scene.next(&mut chain), Next::Attempt(_))
        })
        .count();
    assert_eq!(paid, 2, "the budget holds");
}

#[test]
fn five_of_six_that_die_at_once_fail_nobody() {
    let scene = Scene::new(PoolConfig::default(), Strategy::Weighted, &[0, 1, 2, 3, 4, 5]);
    let mut chain = scene.pool.chain(Repeat::Idempotent, None);
    for _ in 0..5 {
        let attempt = scene.attempt(&mut chain);
        let _ = chain.report(attempt, Outcome::ServerFault, scene.now());
    }
    assert_eq!(scene.attempt(&mut chain).index(), 5);
}

#[test]
fn where_the_least_bad_is_dead_the_next_one_is_asked() {
    let scene = scene(PoolConfig { all_down: AllDown::LeastBad, ..PoolConfig::default() });
    scene.down(&[0, 1, 2]);
    let mut chain = scene.pool.chain(Repeat::Idempotent, None);
    let mut asked = Vec::new();
    while let Next::Attempt(attempt) = scene.next(&mut chain) {
        asked.push(attempt.index());
        let _ = chain.report(attempt, Outcome::ConnectFault, scene.now());
    }
    asked.sort_unstable();
    assert_eq!(asked, [0, 1, 2]);
}

#[test]
fn a_throttle_that_is_over_already_is_one_that_says_nothing() {
    assert_eq!(crate::classify(429, Some(Duration::ZERO)), Outcome::Throttled(None));
}

#[test]
fn flood_of_declined_requests_leaves_the_others_half_of_the_budget() {
    let scene = scene(PoolConfig { retry_reserve: 10, retry_percent: 0, ..PoolConfig::default() });
    let retried = |outcome: Outcome| {
        (0..10)
            .filter(|_| {
                let mut chain = scene.pool.chain(Repeat::Idempotent, None);
                let attempt = scene.attempt(&mut chain);
                let _ = chain.report(attempt, outcome, scene.now());
                matches!(scene.next(&mut chain), Next::Attempt(_))
            })
            .count()
    };
    assert_eq!(retried(Outcome::Declined), 5);
    assert_eq!(retried(Outcome::ServerFault), 5);
}

#[test]
fn poison_of_one_sender_counts_once_until_somebody_else_has_failed_or_it_is_proven() {
    let scene = scene(PoolConfig::default());
    let streak = |index: usize| scene.provider(index).stats().failures;
    let from = |number: u64| scene.pool.chain(Repeat::Idempotent, None).sent_by(Sender(number));
    for _ in 0..20 {
        fail(&scene, from(1), Outcome::ServerFault);
    }
    assert_eq!((streak(0), scene.provider(0).phase()), (1, Phase::Healthy));
    fail(&scene, from(2), Outcome::ServerFault);
    fail(&scene, from(1), Outcome::ServerFault);
    assert_eq!(streak(0), 3);
    scene.clock.advance(30 * SECOND);
    fail(&scene, from(1), Outcome::ServerFault);
    assert_eq!(streak(0), 4, "who is alone in an outage finds it out in the end");

    let mut chain = from(1);
    let attempt = scene.attempt(&mut chain);
    let _ = chain.report(attempt, Outcome::ServerFault, scene.now());
    assert_eq!(streak(0), 4);
    let attempt = scene.attempt(&mut chain);
    drop(chain.accept(attempt));
    assert_eq!((streak(0), scene.provider(0).phase()), (5, Phase::Unhealthy), "another one serves it");
}

#[test]
fn an_overdue_attempt_goes_on_beside_the_next_one() {
    let scene = scene(PoolConfig::default());
    let mut chain = scene.pool.chain(Repeat::Idempotent, Some(scene.now() + 30 * SECOND));
    let slow = scene.attempt(&mut chain);
    assert_eq!((slow.within(), slow.at_most()), (Some(10 * SECOND), Some(30 * SECOND)));
    scene.clock.advance(10 * SECOND);
    chain.overdue(&slow, scene.now());
    let quick = scene.attempt(&mut chain);
    assert_eq!((quick.index(), quick.within()), (1, Some(10 * SECOND)));
    let _ = chain.report(slow, Outcome::Timeout, scene.now());
    let _ = chain.accept(quick).record(Outcome::Ok);
    assert_eq!((scene.provider(0).stats().failures, scene.provider(1).stats().successes), (1, 1));
}
