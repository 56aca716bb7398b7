//! One request: who is asked, for how long, and when to stop.

use super::*;

fn scene(config: PoolConfig) -> Scene {
    Scene::new(config, Strategy::Weighted, &[0, 1, 2])
}

#[test]
fn a_fault_is_taken_elsewhere_and_counts_where_it_happened() {
    let scene = scene(PoolConfig::default());
    for _ in 0..5 {
        let mut chain = scene.pool.chain(Repeat::Idempotent, None);
        let first = scene.attempt(&mut chain);
        assert_eq!(first.index(), 0);
        assert_eq!(chain.report(first, Outcome::ServerFault, scene.now()), After::TryNext);
        let second = scene.attempt(&mut chain);
        assert_eq!(second.index(), 1);
        assert_eq!(chain.report(second, Outcome::Timeout, scene.now()), After::TryNext);
        let third = scene.attempt(&mut chain);
        assert_eq!(chain.report(third, Outcome::Ok, scene.now()), After::Done);
        assert_eq!(scene.gives_up(&mut chain), GiveUp::Settled);
    }
    let phases: Vec<_> = scene.pool.providers().map(Provider::phase).collect();
    assert_eq!(
        phases,
        [Phase::Unhealthy, Phase::Unhealthy, Phase::Healthy],
        "a failed fallback counts like a primary"
    );
}

#[test]
fn nobody_is_asked_twice() {
    let scene = scene(PoolConfig { max_attempts: 64, ..PoolConfig::default() });
    let mut chain = scene.pool.chain(Repeat::Idempotent, None);
    for _ in 0..3 {
        let attempt = scene.attempt(&mut chain);
        let _ = chain.report(attempt, Outcome::ConnectFault, scene.now());
    }
    assert_eq!(scene.gives_up(&mut chain), GiveUp::Exhausted);
}

#[test]
fn replay_a_payment_is_not_made_twice() {
    let scene = scene(PoolConfig { hedge_after: Some(SECOND), ..PoolConfig::default() });
    for (outcome, after) in [
        (Outcome::Timeout, After::MustNotRepeat),
        (Outcome::ServerFault, After::MustNotRepeat),
        (Outcome::ConnectFault, After::TryNext),
        (Outcome::Throttled(None), After::TryNext),
        (Outcome::ClientFault, After::Done),
    ] {
        let mut chain = scene.pool.chain(Repeat::Once, None);
        let attempt = scene.attempt(&mut chain);
        assert_eq!(chain.hedge_at(), None);
        assert_eq!(chain.report(attempt, outcome, scene.now()), after, "{outcome:?}");
        let goes_on = matches!(scene.next(&mut chain), Next::Attempt(_));
        assert_eq!(goes_on, after == After::TryNext, "{outcome:?}");
    }
}

#[test]
fn a_payment_tries_nobody_again_while_somebody_is_well() {
    let scene = Scene::new(PoolConfig::default(), Strategy::Weighted, &[0, 1]);
    scene.down(&[0]);
    scene.clock.advance(300 * SECOND);
    let mut payment = scene.pool.chain(Repeat::Once, None);
    assert_eq!(scene.attempt(&mut payment).index(), 1);
    let mut question = scene.pool.chain(Repeat::Idempotent, None);
    let probe = scene.attempt(&mut question);
    assert!(probe.index() == 0 && probe.is_probe());
    drop(probe);
    scene.provider(1).force(Some(Overlay::ForcedDown));
    assert!(scene.attempt(&mut scene.pool.chain(Repeat::Once, None)).is_probe(), "better than not at all");
}

#[test]
fn one_deadline_covers_all_attempts() {
    let scene = scene(PoolConfig::default());
    let mut chain = scene.pool.chain(Repeat::Idempotent, Some(scene.now() + 30 * SECOND));
    for within in [10, 10, 10] {
        let attempt = scene.attempt(&mut chain);
        assert_eq!(
            attempt.within(),
            Some(within * SECOND),
            "a provider that never answers leaves the others their share"
        );
        scene.clock.advance(within * SECOND);
        let _ = chain.report(attempt, Outcome::Timeout, scene.now());
    }
    assert_eq!(scene.gives_up(&mut chain), GiveUp::Deadline);
    let capped = scene_with_cap();
    let mut chain = capped.pool.chain(Repeat::Idempotent, Some(capped.now() + 5 * SECOND));
    assert_eq!(capped.attempt(&mut chain).within(), Some(2 * SECOND));
}

fn scene_with_cap() -> Scene {
    scene(PoolConfig { attempt_at_most: Some(2 * SECOND), ..PoolConfig::default() })
}

#[test]
fn when_all_are_down_the_caller_is_told_when_to_come_back() {
    let scene = scene(PoolConfig::default());
    scene.down(&[0, 1]);
    scene.clock.advance(100 * SECOND);
    scene.down(&[2]);
    let none = NoneAvailable { retry_after: Some(200 * SECOND) };
    assert_eq!(scene.gives_up(&mut scene.pool.chain(Repeat::Idempotent, None)), GiveUp::AllDown(none));
    let problem = stockade_core::Problem::from(&GiveUp::AllDown(none));
    assert_eq!((problem.code(), problem.retry_after()), ("unavailable", Some(200 * SECOND)));
    scene.pool.providers().for_each(|provider| provider.force(Some(Overlay::ForcedDown)));
    let none = NoneAvailable { retry_after: None };
    assert_eq!(scene.gives_up(&mut scene.pool.chain(Repeat::Idempotent, None)), GiveUp::AllDown(none));
}

#[test]
fn when_all_are_down_the_least_bad_may_be_asked_but_never_one_ordered_down() {
    let scene = scene(PoolConfig { all_down: AllDown::LeastBad, ..PoolConfig::default() });
    (0..5).for_each(|_| _ = scene.provider(0).record_failure());
    scene.down(&[1]);
    scene.provider(2).force(Some(Overlay::ForcedDown));
    let mut chain = scene.pool.chain(Repeat::Idempotent, None);
    let attempt = scene.attempt(&mut chain);
    assert_eq!(attempt.index(), 1);
    assert_eq!(chain.report(attempt, Outcome::Ok, scene.now()), After::Done);
    assert_eq!(scene.provider(1).phase(), Phase::Unhealthy, "only a probe heals");
}

#[test]
fn when_all_are_down_one_may_wait_within_the_limit_and_the_deadline() {
    let config = PoolConfig { all_down: AllDown::WaitUpTo(10 * SECOND), ..PoolConfig::default() };
    let scene = scene(config);
    scene.down(&[0, 1, 2]);
    assert!(matches!(scene.gives_up(&mut scene.pool.chain(Repeat::Idempotent, None)), GiveUp::AllDown(_)));
    scene.clock.advance(295 * SECOND);
    let mut chain = scene.pool.chain(Repeat::Idempotent, None);
    let mut waited = Duration::ZERO;
    let attempt = loop {
        match scene.next(&mut chain) {
            Next::Wait(span) => {
                assert!(!span.is_zero() && span <= SECOND);
                waited += span;
                scene.clock.advance(span);
            }
            Next::Attempt(attempt) => break attempt,
            Next::GiveUp(why) => panic!("{why}"),
        }
    };
    assert_eq!((waited, attempt.is_probe()), (5 * SECOND, true));
    let mut hurried = scene.pool.chain(Repeat::Idempotent, Some(scene.now()));
    assert_eq!(scene.gives_up(&mut hurried), GiveUp::Deadline);
}

#[test]
fn hedging_is_off_by_default_and_then_one_call_that_is_paid_for() {
    let plain = scene(PoolConfig::default());
    let mut chain = plain.pool.chain(Repeat::Idempotent, None);
    let _first = plain.attempt(&mut chain);
    assert_eq!(chain.hedge_at(), None);
    let config =
        PoolConfig { hedge_after: Some(SECOND), retry_reserve: 1, retry_percent: 0, ..PoolConfig::default() };
    let scene = scene(config);
    let mut chain = scene.pool.chain(Repeat::Idempotent, None);
    let first = scene.attempt(&mut chain);
    assert!(chain.hedge(scene.now()).is_none(), "not yet");
    scene.clock.advance(SECOND);
    let hedge = chain.hedge(scene.now()).unwrap();
    assert!(hedge.index() != first.index());
    assert!(chain.hedge(scene.now()).is_none(), "one at most");
    assert_eq!(chain.report(hedge, Outcome::Ok, scene.now()), After::Done);
    drop(first);
    assert_eq!(scene.provider(0).stats().cancelled, 1);
    let mut poor = scene.pool.chain(Repeat::Idempotent, None);
    let _first = scene.attempt(&mut poor);
    scene.clock.advance(SECOND);
    assert!(poor.hedge(scene.now()).is_none(), "the budget is spent");
}

#[test]
fn an_attempt_that_is_dropped_gives_everything_back() {
    let scene = scene(PoolConfig::default());
    let mut chain = scene.pool.chain(Repeat::Idempotent, None);
    let attempt = scene.attempt(&mut chain);
    assert_eq!(scene.provider(0).stats().in_flight, 1);
    drop(attempt);
    let stats = scene.provider(0).stats();
    assert_eq!((stats.in_flight, stats.cancelled, stats.failures), (0, 1, 0));
}
