//! What checks may do, and what they may not.

#[cfg(feature = "tokio")]
mod background;

use super::*;
use crate::{Config, ProviderName};
use std::sync::atomic::AtomicUsize;
use stockade_core::{ManualClock, UnixMillis};
use stockade_testkit::SeededEntropy;
use tokio::sync::{Notify, Semaphore};

/// Answers as it is told, once it is let.
#[derive(Clone)]
struct Told {
    outcome: Arc<Mutex<Outcome>>,
    asked: Arc<AtomicUsize>,
    let_go: Arc<Semaphore>,
}

#[async_trait::async_trait]
impl Check for Told {
    async fn check(&self) -> Outcome {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.let_go.acquire().await.unwrap().forget();
        *self.outcome.lock().unwrap()
    }
}

/// Notes how long it was to wait, and waits until somebody rings.
#[derive(Clone, Default)]
struct Bell(Arc<(Mutex<Vec<Duration>>, Notify)>);

#[async_trait::async_trait]
impl Timer for Bell {
    async fn sleep(&self, span: Duration) {
        self.0.0.lock().unwrap().push(span);
        self.0.1.notified().await;
    }
}

struct Scene {
    clock: Arc<ManualClock>,
    provider: Provider,
    told: Told,
    bell: Bell,
    checker: Checker,
}

fn scene(data_path: DataPath) -> Scene {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let (name, rules) =
        (ProviderName::new("upstream").unwrap(), Config { jitter_percent: 0, ..Config::default() });
    let entropy = SeededEntropy::new(1);
    let provider = Provider::new(name, rules, clock.clone(), &entropy).unwrap();
    let told = Told {
        outcome: Arc::new(Mutex::new(Outcome::Ok)),
        asked: Arc::default(),
        let_go: Arc::new(Semaphore::new(1000)),
    };
    let (bell, config) = (Bell::default(), CheckConfig { data_path, ..CheckConfig::default() });
    let checker = Checker::new(provider.clone(), told.clone(), bell.clone(), config, &entropy).unwrap();
    Scene { clock, provider, told, bell, checker }
}

async fn checks(scene: &Scene, outcome: Outcome, times: usize) {
    *scene.told.outcome.lock().unwrap() = outcome;
    for _ in 0..times {
        assert_eq!(scene.checker.health_check().await, Checked::Done(outcome));
    }
}

#[tokio::test]
async fn three_failed_checks_eject_and_one_passed_between_does_not() {
    let scene = scene(DataPath::Bypassed);
    checks(&scene, Outcome::ConnectFault, 2).await;
    checks(&scene, Outcome::Ok, 1).await;
    checks(&scene, Outcome::ConnectFault, 2).await;
    checks(&scene, Outcome::ClientFault, 5).await;
    assert!(scene.provider.is_healthy());
    checks(&scene, Outcome::Timeout, 1).await;
    assert_eq!(scene.provider.status().reason, Reason::Check);
    assert!(!scene.provider.is_available());
}

#[tokio::test]
async fn confusion_a_status_page_brings_nobody_back() {
    let scene = scene(DataPath::Bypassed);
    scene.provider.mark_unhealthy();
    checks(&scene, Outcome::Ok, 100).await;
    assert_eq!(scene.provider.phase(), Phase::Unhealthy);
}

#[tokio::test]
async fn a_check_of_the_data_path_does_but_forgets_no_history() {
    let scene = scene(DataPath::Exercised);
    for _ in 0..5 {
        let _ = scene.provider.record_failure();
    }
    checks(&scene, Outcome::Ok, 1).await;
    assert!(!scene.provider.is_healthy());
    checks(&scene, Outcome::Ok, 1).await;
    assert!(scene.provider.is_healthy());
    for _ in 0..5 {
        let _ = scene.provider.record_failure();
    }
    assert_eq!(
        scene.provider.status().open_for,
        Some(Duration::from_secs(600)),
        "the second time is twice as long"
    );
}

#[tokio::test]
async fn replay_checks_that_passed_before_the_trip_close_nothing() {
    let mut scene = scene(DataPath::Exercised);
    let config = CheckConfig { data_path: DataPath::Exercised, healthy_after: 5, ..CheckConfig::default() };
    let entropy = SeededEntropy::new(1);
    scene.checker =
        Checker::new(scene.provider.clone(), scene.told.clone(), scene.bell.clone(), config, &entropy)
            .unwrap();
    checks(&scene, Outcome::Ok, 100).await;
    (0..5).for_each(|_| _ = scene.provider.record_failure());
    checks(&scene, Outcome::Ok, 4).await;
    assert_eq!(scene.provider.phase(), Phase::Unhealthy);
    checks(&scene, Outcome::Ok, 1).await;
    assert!(scene.provider.is_healthy());
}

#[tokio::test]
async fn race_of_a_check_with_the_trip_is_lost_by_the_check() {
    let scene = scene(DataPath::Exercised);
    scene.told.let_go.forget_permits(1000);
    let checker = scene.checker.clone();
    let under_way = tokio::spawn(async move { checker.health_check().await });
    while scene.told.asked.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    (0..5).for_each(|_| _ = scene.provider.record_failure());
    scene.told.let_go.add_permits(100);
    assert_eq!(under_way.await.unwrap(), Checked::Done(Outcome::Ok));
    checks(&scene, Outcome::Ok, 1).await;
    assert!(!scene.provider.is_healthy(), "one of the two began before");
    checks(&scene, Outcome::Ok, 1).await;
    assert!(scene.provider.is_healthy());
}

#[tokio::test]
async fn checks_do_not_contradict_an_operator() {
    let scene = scene(DataPath::Exercised);
    scene.provider.force(Some(Overlay::ForcedDown));
    checks(&scene, Outcome::Timeout, 5).await;
    assert_eq!(scene.provider.phase(), Phase::Healthy);
    assert!(!scene.provider.is_available());
}

#[tokio::test]
async fn further_failed_checks_do_not_double_the_time() {
    let scene = scene(DataPath::Bypassed);
    checks(&scene, Outcome::Timeout, 30).await;
    assert_eq!(scene.provider.status().open_for, Some(Duration::from_secs(300)));
    scene.clock.advance(Duration::from_secs(300));
    assert!(scene.provider.is_available());
}

#[tokio::test]
async fn race_of_a_hundred_callers_is_one_check() {
    let scene = scene(DataPath::Bypassed);
    scene.told.let_go.forget_permits(1000);
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let checker = scene.checker.clone();
        callers.spawn(async move { checker.health_check().await });
    }
    for _ in 0..99 {
        assert_eq!(callers.join_next().await.unwrap().unwrap(), Checked::AlreadyRunning);
    }
    scene.told.let_go.add_permits(1);
    assert_eq!(callers.join_next().await.unwrap().unwrap(), Checked::Done(Outcome::Ok));
    assert_eq!(scene.told.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_cancelled_check_makes_room_for_the_next() {
    let scene = scene(DataPath::Bypassed);
    scene.told.let_go.forget_permits(1000);
    let checker = scene.checker.clone();
    let hung = tokio::spawn(async move { checker.health_check().await });
    while scene.told.asked.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    hung.abort();
    assert!(hung.await.unwrap_err().is_cancelled());
    scene.told.let_go.add_permits(1);
    assert_eq!(scene.checker.health_check().await, Checked::Done(Outcome::Ok));
}

#[tokio::test]
async fn a_check_that_hangs_is_a_timeout() {
    let scene = scene(DataPath::Bypassed);
    scene.told.let_go.forget_permits(1000);
    scene.bell.0.1.notify_one();
    assert_eq!(scene.checker.health_check().await, Checked::Done(Outcome::Timeout));
    assert_eq!(*scene.bell.0.0.lock().unwrap(), [Duration::from_secs(5)]);
}

#[tokio::test]
async fn the_schedule_is_jittered_and_ends_with_its_task() {
    let scene = scene(DataPath::Bypassed);
    let checker = scene.checker.clone();
    let task = tokio::spawn(async move {
        let _never = checker.schedule_checks().await;
    });
    for round in 0..50 {
        while scene.told.asked.load(Ordering::SeqCst) < round {
            scene.bell.0.1.notify_waiters();
            tokio::task::yield_now().await;
        }
    }
    task.abort();
    let waits = scene.bell.0.0.lock().unwrap().clone();
    let between: Vec<_> = waits[1..].iter().filter(|wait| **wait != Duration::from_secs(5)).collect();
    assert!(waits[0] <= Duration::from_secs(10));
    assert!(between.iter().all(|wait| (8_000..=12_000).contains(&wait.as_millis())), "{between:?}");
    assert!(between.iter().collect::<std::collections::BTreeSet<_>>().len() > 30, "they differ");
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let sound = CheckConfig::default();
    assert_eq!(sound.validate(), Ok(()));
    for (broken, name) in [
        (CheckConfig { every: Duration::ZERO, ..sound }, "every"),
        (CheckConfig { timeout: Duration::MAX, ..sound }, "timeout"),
        (CheckConfig { jitter_percent: 101, ..sound }, "jitter_percent"),
        (CheckConfig { unhealthy_after: 0, ..sound }, "unhealthy_after"),
        (CheckConfig { healthy_after: 0, ..sound }, "healthy_after"),
    ] {
        assert_eq!(broken.validate(), Err(CheckError::Range(name)));
    }
    assert_eq!(
        toml::from_str::<CheckConfig>("data_path = \"exercised\"").unwrap().data_path,
        DataPath::Exercised
    );
}
