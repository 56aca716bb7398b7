//! Providers that fail fast without failing, and how little they get for it.

use super::*;

fn strategies() -> [Strategy; 3] {
    [Strategy::PeakEwma, Strategy::Weighted, Strategy::Cost]
}

fn two(strategy: Strategy) -> Scene {
    Scene::new(PoolConfig::default(), strategy, &[0, 0])
}

/// Ten thousand requests, one after the other, to one that answers `outcome` in a millisecond beside one that serves in 20. How many calls
/// the first one got, and how many requests got no good answer.
fn beside(scene: &Scene, outcome: Outcome) -> (u32, u32) {
    let (mut of_the_first, mut without) = (0, 0);
    for _ in 0..10_000 {
        let mut chain = scene.pool.chain(Repeat::Idempotent, None);
        let served = loop {
            let Next::Attempt(attempt) = scene.next(&mut chain) else { break false };
            let (millis, outcome) = if attempt.index() == 0 { (1, outcome) } else { (20, Outcome::Ok) };
            of_the_first += u32::from(attempt.index() == 0);
            scene.clock.advance(Duration::from_millis(millis));
            if chain.report(attempt, outcome, scene.now()) != After::TryNext {
                break outcome == Outcome::Ok;
            }
        };
        without += u32::from(!served);
    }
    (of_the_first, without)
}

#[test]
fn a_fast_429_that_says_retry_at_once_is_not_loved() {
    for strategy in strategies() {
        let (calls, without) = beside(&two(strategy.clone()), Outcome::Throttled(Some(Duration::ZERO)));
        assert!(calls <= 100 && without == 0, "{strategy:?}: {calls} calls, {without} without an answer");
    }
}

#[test]
fn a_fast_404_is_not_loved() {
    for strategy in strategies() {
        let scene = two(strategy.clone());
        let (_, lost) = beside(&scene, Outcome::ClientFault);
        assert!(lost <= 250, "{strategy:?}: {lost} lost");
        let (_, lost) = beside(&scene, Outcome::ClientFault);
        assert!(lost <= 100, "{strategy:?}: {lost} lost once it is known");
        assert!(scene.provider(0).is_healthy(), "it is not called unhealthy for it");
    }
}

#[test]
fn one_that_declines_everything_costs_no_request_its_retry() {
    for strategy in strategies() {
        let (calls, without) = beside(&two(strategy.clone()), Outcome::Declined);
        assert!(calls <= 250 && without == 0, "{strategy:?}: {calls} calls, {without} without an answer");
    }
}

#[test]
fn clients_who_are_wrong_everywhere_move_nothing() {
    let scene = two(Strategy::Weighted);
    for turn in 0..2000 {
        let (_, permit) = scene.pool.acquire().unwrap();
        scene.clock.advance(Duration::from_millis(20));
        let _ = permit.record(if turn % 2 == 0 { Outcome::ClientFault } else { Outcome::Ok });
    }
    let picks = scene.picks(10_000);
    assert!(picks.iter().all(|count| (3_000..=7_000).contains(count)), "{picks:?}");
}

/// Twenty requests a second; one of three providers never answers, and people wait for three seconds.
#[test]
fn a_black_hole_is_left_though_nobody_waits_for_its_timeout() {
    let scene = Scene::new(PoolConfig::default(), Strategy::PeakEwma, &[0, 0, 0]);
    let (mut waiting, mut lost) = (std::collections::VecDeque::new(), 0);
    for _ in 0..6_000 {
        while waiting.front().is_some_and(|(since, _)| scene.now() >= *since + 3 * SECOND) {
            waiting.pop_front();
        }
        let (index, permit) = scene.pool.acquire().unwrap();
        if index == 0 {
            waiting.push_back((scene.now(), permit));
            lost += 1;
        } else {
            let latency = Duration::from_millis(20);
            let _ = permit.record_timed(Outcome::Ok, latency);
        }
        scene.clock.advance(Duration::from_millis(50));
    }
    assert!(lost <= 150, "{lost} of 6,000");
    assert!(scene.provider(0).is_healthy() && lost > 0);
}
