//! What the handle adds to the machine: published answers, the window, watchers.

use super::*;
use crate::{Notice, TooManyWatchers, Watch};

#[test]
fn what_is_published_is_what_the_machine_says() {
    let clock = clock();
    let provider = provider(config(), &clock);
    assert!(provider.is_available() && provider.is_healthy());
    trip(&provider);
    assert!(!provider.is_available() && !provider.is_healthy());
    let refused = provider.acquire().unwrap_err();
    assert_eq!(refused, Refused { why: Refusal::Open, retry_after: Some(300 * SECOND) });
    clock.advance(300 * SECOND);
    assert!(provider.is_available() && !provider.is_healthy());
    let probe = provider.acquire().unwrap();
    assert!(probe.is_probe() && !provider.is_available());
    let refused = provider.acquire().unwrap_err();
    assert_eq!(refused, Refused { why: Refusal::Probing, retry_after: Some(30 * SECOND) });
    let _ = probe.record(Outcome::Ok);
    (0..2).for_each(|_| call(&provider, Outcome::Ok));
    assert!(provider.is_available() && provider.is_healthy());
}

#[test]
fn clock_jump_of_the_wall_clock_opens_and_closes_nothing() {
    let clock = clock();
    let provider = provider(config(), &clock);
    trip(&provider);
    clock.jump_to(UnixMillis::from_secs(4_000_000_000));
    assert!(!provider.is_available());
    clock.jump_to(UnixMillis::default());
    clock.advance(300 * SECOND);
    assert!(provider.is_available());
}

#[test]
fn clock_that_nobody_ticks_opens_nothing() {
    let exact = clock();
    let coarse = Arc::new(CoarseClock::new(exact.clone()));
    let name = ProviderName::new("upstream").unwrap();
    let provider =
        Provider::with_coarse_clock(name, config(), coarse.clone(), &SeededEntropy::new(1)).unwrap();
    trip(&provider);
    exact.advance(300 * SECOND);
    assert!(!provider.is_available());
    coarse.tick();
    assert!(provider.is_available());
    let probe = provider.acquire().unwrap();
    assert_eq!(probe.started(), 300 * SECOND);
}

#[test]
fn orders_are_obeyed_at_once() {
    let clock = clock();
    let provider = provider(config(), &clock);
    provider.force(Some(Overlay::ForcedDown));
    assert_eq!(provider.acquire().unwrap_err(), Refused { why: Refusal::ForcedDown, retry_after: None });
    provider.drain();
    assert_eq!(provider.acquire().unwrap_err().why, Refusal::Draining);
    provider.force(None);
    provider.mark_unhealthy();
    assert_eq!(provider.status().reason, Reason::Marked);
    provider.force(Some(Overlay::ForcedUp));
    assert!(provider.acquire().is_ok());
    provider.force(None);
    assert!(!provider.is_available());
    provider.mark_degraded();
    assert!(provider.is_available() && !provider.is_healthy());
    provider.mark_healthy();
    assert!(provider.is_healthy());
    provider.force(Some(Overlay::ForcedDown));
    provider.reset();
    assert!(provider.is_healthy());
}

#[test]
fn a_throttled_provider_is_healthy_and_not_available() {
    let clock = clock();
    let provider = provider(config(), &clock);
    call(&provider, Outcome::Throttled(Some(7 * SECOND)));
    assert!(provider.is_healthy() && !provider.is_available());
    assert_eq!(provider.status().cooling_for, Some(7 * SECOND));
    clock.advance(7 * SECOND);
    assert!(provider.is_available());
    call(&provider, Outcome::Ok);
    assert_eq!(provider.status().cooling_for, None);
}

#[test]
fn the_window_trips_on_failures_among_successes() {
    let clock = clock();
    let config = Config { failure_percent: Some(25), ..config() };
    let provider = provider(config, &clock);
    for turn in 0_u64.. {
        clock.advance(Duration::from_millis(10));
        let outcome = if turn % 4 == 0 { Outcome::ConnectFault } else { Outcome::Ok };
        call(&provider, outcome);
        if provider.phase() == Phase::Unhealthy {
            assert_eq!((turn, provider.status().reason), (20, Reason::FailureRate(28)));
            break;
        }
    }
    clock.advance(300 * SECOND);
    (0..3).for_each(|_| call(&provider, Outcome::Ok));
    assert_eq!(provider.stats().failures, 0, "a recovered provider is not held to what it did before");
    call(&provider, Outcome::ConnectFault);
    assert_eq!(provider.phase(), Phase::Healthy);
}

#[test]
fn a_success_beyond_the_limit_is_slow_and_slowness_trips() {
    let clock = clock();
    let config = Config { slow_after: Some(SECOND), slow_percent: Some(50), minimum_calls: 4, ..config() };
    let provider = provider(config, &clock);
    for seconds in [1, 2, 1, 2] {
        let permit = provider.acquire().unwrap();
        clock.advance(seconds * SECOND);
        let _ = permit.record(Outcome::Ok);
    }
    assert_eq!(provider.status().reason, Reason::SlowRate(50));
}

#[test]
fn replay_of_a_late_result_is_not_heard_and_not_counted() {
    let clock = clock();
    let provider = provider(config(), &clock);
    let late: Vec<_> = (0..10).map(|_| provider.acquire().unwrap()).collect();
    trip(&provider);
    clock.advance(300 * SECOND);
    (0..3).for_each(|_| call(&provider, Outcome::Ok));
    for permit in late {
        assert_eq!(permit.record(Outcome::Timeout), Heard::Late);
    }
    assert!(provider.is_healthy());
    assert_eq!(provider.stats().failures, 0);
}

#[test]
fn whoever_is_let_through_for_want_of_better_heals_nothing() {
    let clock = clock();
    let provider = provider(config(), &clock);
    trip(&provider);
    for _ in 0..9 {
        let _ = provider.acquire_regardless(provider.now_nanos()).record(Outcome::Ok);
    }
    assert_eq!(provider.phase(), Phase::Unhealthy);
    clock.advance(300 * SECOND);
    assert!(
        provider.acquire_regardless(provider.now_nanos()).is_probe(),
        "once it is due it is a probe like any other"
    );
}

#[test]
fn reports_without_permits_trip_and_heal() {
    let clock = clock();
    let provider = provider(config(), &clock);
    (0..5).for_each(|_| _ = provider.record_failure());
    assert_eq!(provider.record_success(SECOND), Heard::Late);
    clock.advance(300 * SECOND);
    (0..3).for_each(|_| _ = provider.record_success(SECOND));
    assert!(provider.is_healthy());
}

#[test]
fn stats_say_what_happened() {
    let clock = clock();
    let provider = provider(config(), &clock);
    for ms in 1..=100 {
        let _ = provider.record_success(Duration::from_millis(ms));
    }
    let _ = provider.record(Outcome::ClientFault, SECOND);
    let _ = provider.record_failure();
    drop(provider.acquire().unwrap());
    let stats = provider.stats();
    assert_eq!((stats.calls, stats.successes, stats.failures), (101, 100, 1));
    assert_eq!((stats.client_faults, stats.cancelled), (1, 1));
    assert!((0.0098..0.01).contains(&stats.failure_rate));
    let p99 = stats.p99.unwrap().as_millis();
    assert!((99..=112).contains(&p99), "{p99}");
    assert!(stats.p50 < stats.p95 && stats.p95 <= stats.p99);
    clock.advance(61 * SECOND);
    assert_eq!(provider.stats().calls, 0, "a snapshot shows the window as of now");
}

#[test]
fn a_watcher_is_told_the_old_state_the_new_one_and_why() {
    let clock = clock();
    let provider = provider(config(), &clock);
    let mut watch = provider.watch().unwrap();
    trip(&provider);
    let steps: Vec<_> = std::iter::from_fn(|| watch.try_next())
        .map(|notice| match notice {
            Notice::Changed(event) => {
                (event.transition.old.phase, event.transition.new.phase, event.transition.reason)
            }
            Notice::Missed(_) => panic!("nothing is lost"),
        })
        .collect();
    assert_eq!(
        steps,
        [
            (Phase::Healthy, Phase::Degraded, Reason::Consecutive(3)),
            (Phase::Degraded, Phase::Unhealthy, Reason::Consecutive(5)),
        ]
    );
}

#[test]
fn flood_a_slow_watcher_loses_the_oldest_and_is_told() {
    let clock = clock();
    let provider = provider(config(), &clock);
    let mut watch = provider.watch().unwrap();
    for turn in 0..300 {
        provider.force((turn % 2 == 0).then_some(Overlay::ForcedUp));
    }
    assert_eq!(watch.try_next(), Some(Notice::Missed(44)));
    assert_eq!(std::iter::from_fn(|| watch.try_next()).count(), Watch::CAPACITY);
}

#[test]
fn flood_watchers_are_bounded_and_the_gone_make_room() {
    let clock = clock();
    let provider = provider(config(), &clock);
    let mut watches: Vec<_> = (0..Watch::MAX_WATCHERS).map(|_| provider.watch().unwrap()).collect();
    assert_eq!(provider.watch().unwrap_err(), TooManyWatchers);
    watches.pop();
    assert!(provider.watch().is_ok());
}

#[tokio::test]
async fn a_waiting_watcher_is_woken() {
    let provider = provider(config(), &clock());
    let mut watch = provider.watch().unwrap();
    let waiting = tokio::spawn(async move { watch.next().await });
    tokio::task::yield_now().await;
    provider.mark_unhealthy();
    assert!(
        matches!(waiting.await.unwrap(), Notice::Changed(event) if event.transition.new.phase == Phase::Unhealthy)
    );
}

#[test]
fn what_cannot_be_set_up_says_why() {
    let (name, clock) = (ProviderName::new("x").unwrap(), clock());
    let broken = Config { probes: 0, ..config() };
    let error = Provider::new(name.clone(), broken, clock.clone(), &SeededEntropy::new(1)).unwrap_err();
    assert_eq!(error, SetupError::Config(ConfigError::Count("probes")));
    let error = Provider::new(name, config(), clock, &NoEntropy).unwrap_err();
    assert_eq!(error, SetupError::Entropy(EntropyError));
}

#[test]
fn everything_crosses_threads() {
    fn both<T: Send + Sync>() {}
    both::<(Provider, Permit, Permit<&Provider>, Watch, Stats)>();
}
