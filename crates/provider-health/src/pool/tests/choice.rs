//! Availability, then tiers, then the strategy; always with an eye on success.

use super::*;
use crate::ConfigError;

#[test]
fn a_lower_tier_waits_until_the_upper_one_is_gone() {
    let scene = Scene::new(PoolConfig::default(), Strategy::Weighted, &[1, 0, 0]);
    let picks = scene.picks(1000);
    assert!(picks[0] == 0 && picks[1] > 300 && picks[2] > 300, "{picks:?}");
    scene.down(&[1, 2]);
    assert_eq!(scene.picks(10), [10, 0, 0]);
    scene.down(&[0]);
    assert_eq!(scene.pool.pick(), None);
    assert!(!scene.pool.is_available());
}

#[test]
fn weights_divide_and_a_degraded_one_gets_a_quarter() {
    let scene = Scene::with(PoolConfig::default(), Strategy::Weighted, Config::default(), |clock, rules| {
        vec![Member::new(provider(0, rules, clock)).weight(3), Member::new(provider(1, rules, clock))]
    });
    let picks = scene.picks(10_000);
    assert!((7_200..=7_800).contains(&picks[0]), "{picks:?}");
    scene.provider(0).mark_degraded();
    let picks = scene.picks(10_000);
    assert!((4_000..=4_600).contains(&picks[0]), "three quarters against one: {picks:?}");
}

#[test]
fn the_cheapest_is_asked_until_it_fails() {
    let rules = Config { degraded_after: 900, unhealthy_after: 1000, ..Config::default() };
    let scene = Scene::with(PoolConfig::default(), Strategy::Cost, rules, |clock, rules| {
        vec![
            Member::new(provider(0, rules, clock)).price(10),
            Member::new(provider(1, rules, clock)).price(7),
        ]
    });
    assert!(scene.picks(1000)[1] > 980);
    (0..3).for_each(|_| _ = scene.provider(1).record_failure());
    assert!(scene.picks(1000)[0] > 980, "at two thirds of its success its price is 7 × 2.2");
}

#[test]
fn the_quicker_and_less_busy_of_two_is_asked() {
    let scene = Scene::new(PoolConfig::default(), Strategy::PeakEwma, &[0, 0]);
    for _ in 0..50 {
        let _ = scene.provider(0).record_success(Duration::from_millis(10));
        let _ = scene.provider(1).record_success(Duration::from_millis(40));
    }
    assert!(scene.picks(1000)[0] > 980);
    let busy: Vec<_> = (0..8).map(|_| scene.provider(0).acquire_owned().unwrap().counting()).collect();
    assert!(scene.picks(1000)[1] > 980, "eight under way there are 90 ms, none here 40");
    drop(busy);
    assert!(scene.picks(1000)[0] > 980);
}

#[test]
fn a_strategy_of_ones_own_is_weighed_by_success_too() {
    let rank = |candidate: &Candidate<'_>| if candidate.name().as_str() == "p2" { 98 } else { 1 };
    let rules = Config { degraded_after: 900, unhealthy_after: 1000, ..Config::default() };
    let scene =
        Scene::with(PoolConfig::default(), Strategy::Custom(Arc::new(rank)), rules, |clock, rules| {
            (0..3).map(|index| Member::new(provider(index, rules, clock))).collect()
        });
    assert!(scene.picks(1000)[2] > 930);
    (0..60).for_each(|_| _ = scene.provider(2).record_failure());
    assert!(scene.picks(1000)[2] < 20);
}

#[test]
fn one_that_is_due_is_tried_first_and_by_as_many_as_may() {
    let scene = Scene::new(PoolConfig::default(), Strategy::PeakEwma, &[0, 0, 0]);
    scene.down(&[1]);
    scene.clock.advance(300 * SECOND);
    let (index, probe) = scene.pool.acquire().unwrap();
    assert!(index == 1 && probe.is_probe());
    for _ in 0..100 {
        let (index, permit) = scene.pool.acquire().unwrap();
        assert!(index != 1);
        let _ = permit.record(Outcome::Ok);
    }
}

#[test]
fn ejection_stops_at_its_share_and_spares_the_least_bad() {
    let config = PoolConfig { max_ejected_percent: 50, ..PoolConfig::default() };
    let scene = Scene::new(config, Strategy::Weighted, &[0, 0, 0, 0]);
    (0..5).for_each(|_| _ = scene.provider(0).record_failure());
    (0..8).for_each(|_| scene.provider(1).mark_unhealthy());
    assert_eq!(scene.picks(400)[..2], [0, 0], "half of them may be out");
    scene.down(&[2]);
    (0..5).for_each(|_| _ = scene.provider(2).record_failure());
    let picks = scene.picks(400);
    // The second was only marked: no call of its has failed. It has a quarter of the weight of a healthy one.
    assert!(picks[0] == 0 && picks[2] == 0 && picks[1] > 40 && picks[3] > 100, "{picks:?}");
    scene.provider(1).force(Some(Overlay::ForcedDown));
    scene.provider(3).force(Some(Overlay::Draining));
    let picks = scene.picks(400);
    assert_eq!((picks[1], picks[3]), (0, 0), "an operator's order is obeyed whatever the share");
}

#[test]
fn at_least_one_stays_in() {
    let config = PoolConfig { max_ejected_percent: 99, ..PoolConfig::default() };
    let scene = Scene::new(config, Strategy::Weighted, &[0, 0]);
    scene.down(&[0, 1]);
    assert!(scene.pool.pick().is_some());
    let (_, permit) = scene.pool.acquire().unwrap();
    assert!(!permit.is_probe());
}

#[test]
fn the_names_a_team_looks_for() {
    let scene = Scene::new(PoolConfig::default(), Strategy::Weighted, &[1, 0, 0]);
    let mut watch = scene.pool.watch().unwrap();
    scene.provider(1).mark_degraded();
    let order: Vec<_> = scene.pool.fallback_chain().iter().map(|p| p.name().to_string()).collect();
    assert_eq!(order, ["p2", "p1", "p0"]);
    scene.down(&[1, 2]);
    assert_eq!(scene.pool.healthy_provider().unwrap().name().as_str(), "p0");
    assert_eq!(scene.pool.all_stats().iter().filter(|stats| stats.status.available).count(), 1);
    assert!(scene.pool.named("p2").is_some() && scene.pool.named("p3").is_none());
    assert_eq!(std::iter::from_fn(|| watch.try_next()).count(), 3);
}

#[test]
fn a_snapshot_is_json() {
    let scene = Scene::new(PoolConfig::default(), Strategy::Weighted, &[0]);
    let _ = scene.provider(0).record_success(Duration::from_millis(20));
    scene.down(&[0]);
    let json = serde_json::to_value(scene.pool.all_stats()).unwrap();
    assert_eq!(json[0]["name"], "p0");
    assert_eq!(json[0]["state"]["phase"], "unhealthy");
    assert_eq!((&json[0]["reason"], &json[0]["open_for_ms"]), (&"marked".into(), &300_000.0.into()));
    assert!((20.0..23.0).contains(&json[0]["p50_ms"].as_f64().unwrap()));
}

#[test]
fn pools_that_make_no_sense_are_refused() {
    let clock = Arc::new(ManualClock::at(UnixMillis::default()));
    let make = |config, members| {
        Pool::new(config, Strategy::Weighted, members, clock.clone(), &SeededEntropy::new(1))
    };
    let member = |index| Member::new(provider(index, Config::default(), &clock));
    assert_eq!(make(PoolConfig::default(), vec![]).unwrap_err(), PoolError::Empty);
    let crowd = (0..65).map(member).collect();
    assert_eq!(make(PoolConfig::default(), crowd).unwrap_err(), PoolError::TooMany);
    let twins = vec![member(1), member(2), member(1)];
    assert_eq!(
        make(PoolConfig::default(), twins).unwrap_err(),
        PoolError::Twice(ProviderName::new("p1").unwrap())
    );
    for (config, name) in [
        (PoolConfig { max_ejected_percent: 101, ..PoolConfig::default() }, "max_ejected_percent"),
        (PoolConfig { max_attempts: 0, ..PoolConfig::default() }, "max_attempts"),
        (PoolConfig { retry_percent: 101, ..PoolConfig::default() }, "retry_percent"),
        (PoolConfig { hedge_after: Some(Duration::ZERO), ..PoolConfig::default() }, "hedge_after"),
        (PoolConfig { attempt_at_most: Some(Duration::MAX), ..PoolConfig::default() }, "attempt_at_most"),
        (PoolConfig { all_down: AllDown::WaitUpTo(Duration::MAX), ..PoolConfig::default() }, "all_down"),
    ] {
        assert_eq!(make(config, vec![member(1)]).unwrap_err(), PoolError::Range(name));
    }
    let written: PoolConfig =
        toml::from_str("hedge_after_ms = 50\nall_down = { wait_up_to_ms = 200 }").unwrap();
    assert_eq!(written.all_down, AllDown::WaitUpTo(Duration::from_millis(200)));
    assert!(matches!(
        Config { window: Duration::ZERO, ..Config::default() }.validate(),
        Err(ConfigError::Span(_))
    ));
}
