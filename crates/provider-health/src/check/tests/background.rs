//! The tasks that feature `tokio` makes.

use super::*;
use crate::{CoarseClock, Member, MemorySharedHealth, Pool, PoolConfig, Sharing, SharingConfig, Strategy};
use stockade_core::Clock;

const TICK: Duration = Duration::from_millis(1);

/// Turns until `holds`; a broken test ends in a failure, not never.
async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..20_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(TICK).await;
    }
    panic!("never: {what}");
}

/// Set when it is dropped.
struct Ended(Arc<AtomicBool>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_background_task_runs_by_itself_and_ends_with_its_handle() {
    let (begun, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (first, last) = (begun.clone(), Ended(ended.clone()));
    let task = Background::spawn(async move {
        let _last = last;
        first.store(true, Ordering::SeqCst);
        std::future::pending::<()>().await;
    });
    until("it begins", || begun.load(Ordering::SeqCst)).await;
    assert!(!ended.load(Ordering::SeqCst));
    drop(task);
    until("it ends", || ended.load(Ordering::SeqCst)).await;
}

#[tokio::test]
async fn spawned_checks_eject_and_end_with_their_handle() {
    let scene = scene(DataPath::Bypassed);
    *scene.told.outcome.lock().unwrap() = Outcome::ConnectFault;
    let config = CheckConfig { every: TICK, ..CheckConfig::default() };
    let checker =
        Checker::new(scene.provider.clone(), scene.told.clone(), TokioTimer, config, &SeededEntropy::new(1));
    let checker = checker.unwrap();
    let task = checker.spawn();
    until("it is ejected", || scene.provider.phase() == Phase::Unhealthy).await;
    drop(task);
    // Only the handle here is left of it: the task is gone, and asks nobody any more.
    until("the task is gone", || Arc::strong_count(&checker.0) == 1).await;
}

#[tokio::test]
async fn ticks_keep_a_coarse_clock_going_until_their_handle_is_dropped() {
    let exact = Arc::new(ManualClock::at(UnixMillis::default()));
    let coarse = Arc::new(CoarseClock::new(exact.clone()));
    let ticks = coarse.clone().spawn_ticks(TICK);
    for seconds in 1..=3 {
        exact.advance(Duration::from_secs(1));
        until("it catches up", || coarse.monotonic() == Duration::from_secs(seconds)).await;
    }
    drop(ticks);
    until("the task is gone", || Arc::strong_count(&coarse) == 1).await;
    exact.advance(Duration::from_secs(1));
    assert_eq!(coarse.monotonic(), Duration::from_secs(3));
}

#[tokio::test]
async fn clock_jump_a_tick_never_takes_a_coarse_clock_back() {
    let exact = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let coarse = Arc::new(CoarseClock::new(exact.clone()));
    let _ticks = coarse.clone().spawn_ticks(TICK);
    exact.advance(Duration::from_secs(5));
    until("it catches up", || coarse.monotonic() == Duration::from_secs(5)).await;
    exact.jump_to(UnixMillis::default());
    exact.advance(Duration::from_secs(1));
    until("it goes on", || coarse.monotonic() == Duration::from_secs(6)).await;
    assert_eq!(coarse.now(), exact.now());
}

#[tokio::test]
async fn spawned_sharing_shares_and_ends_with_its_handle() {
    let scene = scene(DataPath::Bypassed);
    let store = Arc::new(MemorySharedHealth::new(scene.clock.clone()));
    let (entropy, members) = (SeededEntropy::new(1), vec![Member::new(scene.provider.clone())]);
    let pool = Pool::new(PoolConfig::default(), Strategy::Weighted, members, scene.clock.clone(), &entropy);
    let run = Sharing::new(pool.unwrap(), store.clone()).run(TokioTimer, SharingConfig::default(), &entropy);
    let task = run.unwrap().spawn();
    (0..5).for_each(|_| _ = scene.provider.record_failure());
    let name = scene.provider.name().clone();
    for turn in 0.. {
        assert!(turn < 20_000, "it is never told");
        if crate::SharedHealth::latest(&*store, &name).await.unwrap().is_some() {
            break;
        }
        tokio::time::sleep(TICK).await;
    }
    drop(task);
    until("the task is gone", || Arc::strong_count(&store) == 1).await;
}
