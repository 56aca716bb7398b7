//! Nobody treads on a provider that comes back, whatever else is missing.

use super::*;
use crate::Refusal;

fn half_out() -> PoolConfig {
    PoolConfig { max_ejected_percent: 50, ..PoolConfig::default() }
}

/// All who are let through at once.
fn crowd(scene: &Scene, callers: usize) -> Vec<(usize, Permit)> {
    (0..callers).filter_map(|_| scene.pool.acquire().ok()).collect()
}

fn of(index: usize, held: &[(usize, Permit)]) -> usize {
    held.iter().filter(|(chosen, _)| *chosen == index).count()
}

fn recover(scene: &Scene, index: usize) {
    scene.down(&[index]);
    scene.clock.advance(300 * SECOND);
    (0..3).for_each(|_| _ = scene.provider(index).acquire().unwrap().record(Outcome::Ok));
    assert!(scene.provider(index).is_healthy());
}

#[test]
fn stampede_of_those_who_may_not_be_left_out_spares_the_probed() {
    let scene = Scene::new(half_out(), Strategy::PeakEwma, &[0, 0]);
    scene.down(&[0, 1]);
    assert_eq!(crowd(&scene, 100).len(), 100, "one of them stays in while it is open");
    scene.clock.advance(300 * SECOND);
    let held = crowd(&scene, 10_000);
    assert_eq!(held.len(), 2, "one probe each, and nobody else");
    assert!(held.iter().all(|(_, permit)| permit.is_probe()));
    assert_eq!(scene.provider(0).acquire().unwrap_err().why, Refusal::Probing);
}

#[test]
fn one_that_asked_to_be_left_alone_is_not_kept_in() {
    let scene = Scene::new(half_out(), Strategy::PeakEwma, &[0, 0]);
    for index in 0..2 {
        let _ = scene.provider(index).acquire().unwrap().record(Outcome::Throttled(Some(100 * SECOND)));
    }
    assert_eq!(crowd(&scene, 1000).len(), 0);
    let wait = scene.pool.acquire().unwrap_err().retry_after;
    assert_eq!(wait, Some(100 * SECOND));
}

#[test]
fn stampede_on_one_that_recovered_alone_in_its_tier_is_spread_over_seconds() {
    let scene = Scene::new(PoolConfig::default(), Strategy::PeakEwma, &[0, 1]);
    recover(&scene, 0);
    let mut seen = Vec::new();
    for _ in 0..=10 {
        let held = crowd(&scene, 5_000);
        assert_eq!(held.len(), 5_000, "nobody is refused for it");
        seen.push(of(0, &held));
        drop(held);
        scene.clock.advance(SECOND);
    }
    assert_eq!(seen, [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 5_000]);
}

#[test]
fn where_nobody_else_is_left_a_recovered_one_serves_all() {
    let scene = Scene::new(PoolConfig::default(), Strategy::PeakEwma, &[0, 1]);
    recover(&scene, 0);
    scene.down(&[1]);
    assert_eq!(of(0, &crowd(&scene, 1000)), 1000);
}

#[test]
fn one_with_enough_to_do_is_asked_before_one_that_is_not_well() {
    let scene = Scene::new(half_out(), Strategy::PeakEwma, &[0, 1, 1]);
    recover(&scene, 0);
    scene.down(&[1, 2]);
    assert_eq!(of(0, &crowd(&scene, 1000)), 1000);
}

#[test]
fn stampede_at_the_end_of_a_throttle_is_spread_too() {
    let scene = Scene::new(PoolConfig::default(), Strategy::PeakEwma, &[0, 0]);
    let serves = |index| (0..100).for_each(|_| _ = scene.provider(index).record_success(SECOND / 50));
    (0..2).for_each(serves);
    let _ = scene.provider(0).acquire().unwrap().record(Outcome::Throttled(Some(60 * SECOND)));
    scene.clock.advance(60 * SECOND);
    serves(1);
    let at_once = of(0, &crowd(&scene, 1000));
    assert!((1..=2).contains(&at_once), "{at_once}");
    // Nothing was heard of it for long: what is forgotten makes nobody quicker than the other.
    scene.clock.advance(20 * SECOND);
    serves(1);
    let later = of(0, &crowd(&scene, 1000));
    assert!((300..=520).contains(&later), "{later}");
}
