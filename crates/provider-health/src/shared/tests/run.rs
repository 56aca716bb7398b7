//! Sharing over a store that fails, hangs, lies still and comes back.

use super::*;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinHandle;

/// Beyond every wait between two tries: how long calls and silences may be.
const LONG: Duration = Duration::from_secs(1000);

fn settings() -> SharingConfig {
    SharingConfig { call_at_most: LONG, ask_after: 10 * LONG, ..SharingConfig::default() }
}

/// Notes each wait between two tries and ends it at once; ends the others only when they are to run out.
#[derive(Clone, Default)]
struct Naps {
    naps: Arc<Mutex<Vec<Duration>>>,
    run_out: Arc<AtomicBool>,
}

#[async_trait::async_trait]
impl crate::Timer for Naps {
    async fn sleep(&self, span: Duration) {
        if span < LONG {
            self.naps.lock().unwrap().push(span);
            return tokio::task::yield_now().await;
        }
        loop {
            tokio::task::yield_now().await;
            if self.run_out.load(Ordering::SeqCst) {
                return;
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    Fails,
    Hangs,
    /// Answers, but its subscriptions say nothing.
    Mute,
    /// Takes subscriptions, which break at once.
    Breaks,
    /// Takes nothing about `upstream`.
    Picky,
}

struct Moody {
    inner: MemorySharedHealth,
    mood: Mutex<Mood>,
}

impl Moody {
    fn new(clock: Arc<ManualClock>, mood: Mood) -> Arc<Self> {
        Arc::new(Self { inner: MemorySharedHealth::new(clock), mood: Mutex::new(mood) })
    }

    fn now(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    async fn mood(&self) -> Result<Mood, StoreError> {
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Fails => Err(StoreError::unavailable("gone")),
            Mood::Hangs => std::future::pending().await,
            mood => Ok(mood),
        }
    }
}

#[async_trait::async_trait]
impl SharedHealth for Moody {
    async fn publish(
        &self,
        provider: &ProviderName,
        finding: Finding,
        seen: Version,
    ) -> Result<Publication, StoreError> {
        if self.mood().await? == Mood::Picky && provider.as_str() == "upstream" {
            return Err(StoreError::corrupt("it holds something else under this name"));
        }
        self.inner.publish(provider, finding, seen).await
    }

    async fn latest(&self, provider: &ProviderName) -> Result<Option<HealthRecord>, StoreError> {
        self.mood().await?;
        self.inner.latest(provider).await
    }

    async fn subscribe(&self) -> Result<Box<dyn Updates>, StoreError> {
        Ok(match self.mood().await? {
            Mood::Mute => Box::new(Dead(None)),
            Mood::Breaks => Box::new(Dead(Some("broken"))),
            _ => self.inner.subscribe().await?,
        })
    }
}

struct Dead(Option<&'static str>);

#[async_trait::async_trait]
impl Updates for Dead {
    async fn next(&mut self) -> Result<Update, StoreError> {
        match self.0 {
            Some(why) => Err(StoreError::unavailable(why)),
            None => std::future::pending().await,
        }
    }
}

/// An instance of two upstreams whose sharing runs.
struct Running {
    pool: Pool,
    naps: Naps,
    notices: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Running {
    fn start(clock: &Arc<ManualClock>, store: &Arc<Moody>) -> Self {
        Self::of(pool(clock), store)
    }

    fn of(pool: Pool, store: &Arc<Moody>) -> Self {
        let (naps, notices) = (Naps::default(), Arc::<Mutex<Vec<String>>>::default());
        let told = notices.clone();
        let run = Sharing::new(pool.clone(), store.clone())
            .run(naps.clone(), settings(), &SeededEntropy::new(2))
            .unwrap()
            .report_to(move |notice| told.lock().unwrap().push(format!("{notice:?}")));
        let task = tokio::spawn(async move {
            let _never = run.await;
        });
        Self { pool, naps, notices, task }
    }

    fn fails(&self, provider: &str) {
        let provider = self.pool.named(provider).unwrap();
        (0..5).for_each(|_| _ = provider.record_failure());
        assert_eq!(provider.phase(), Phase::Unhealthy, "by its own calls, at once");
    }

    fn asks(&self, provider: &str) -> bool {
        self.pool.named(provider).unwrap().is_available()
    }

    fn naps(&self) -> Vec<Duration> {
        self.naps.naps.lock().unwrap().clone()
    }

    fn noticed(&self, word: &str) -> usize {
        self.notices.lock().unwrap().iter().filter(|notice| notice.contains(word)).count()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn pool(clock: &Arc<ManualClock>) -> Pool {
    let (entropy, rules) = (SeededEntropy::new(1), Config { jitter_percent: 0, ..Config::default() });
    let member = |name: &str| {
        let name = ProviderName::new(name).unwrap();
        Member::new(Provider::new(name, rules, clock.clone(), &entropy).unwrap())
    };
    let members = ["upstream", "other"].map(member).into();
    Pool::new(PoolConfig::default(), Strategy::Weighted, members, clock.clone(), &entropy).unwrap()
}

#[track_caller]
fn within_reason() -> impl FnMut() -> bool {
    let mut turns = 0;
    move || {
        turns += 1;
        turns < 100_000
    }
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let mut in_time = within_reason();
    while !holds() {
        assert!(in_time(), "never: {what}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_one_finds_out_the_other_hears_and_probes_decide_there() {
    let clock = clock();
    let store = Moody::new(clock.clone(), Mood::Well);
    let (one, other) = (Running::start(&clock, &store), Running::start(&clock, &store));
    until("both follow", || one.noticed("Following") + other.noticed("Following") == 2).await;
    one.fails("upstream");
    until("it is heard", || !other.asks("upstream")).await;
    clock.advance(Duration::from_secs(300));
    let upstream = one.pool.named("upstream").unwrap();
    (0..3).for_each(|_| _ = upstream.acquire().unwrap().record(Outcome::Ok));
    assert!(upstream.is_healthy());
    let name = ProviderName::new("upstream").unwrap();
    let mut in_time = within_reason();
    while store.latest(&name).await.unwrap().map(|record| record.finding) != Some(Finding::Up) {
        assert!(in_time(), "recovery is told");
        tokio::task::yield_now().await;
    }
    assert!(!other.pool.named("upstream").unwrap().is_healthy());
}

#[tokio::test]
async fn flood_of_tries_is_held_back_by_waits_that_grow_and_differ() {
    let clock = clock();
    let store = Moody::new(clock.clone(), Mood::Fails);
    let running = Running::start(&clock, &store);
    until("fifty tries", || running.naps().len() >= 50).await;
    let naps = running.naps();
    let (least, most) = (Duration::from_secs(1), Duration::from_secs(30));
    assert!(naps.iter().all(|nap| (least..=most).contains(nap)), "{naps:?}");
    assert!(naps[0] <= 3 * least, "{naps:?}");
    assert!(naps.iter().any(|nap| *nap > 10 * least), "they grow: {naps:?}");
    assert!(naps.iter().collect::<BTreeSet<_>>().len() > 40, "they differ: {naps:?}");
    assert!(running.noticed("Interrupted") >= 49 && running.noticed("gone") >= 49);
    store.now(Mood::Well);
    until("it follows", || running.noticed("Following") == 1).await;
}

#[tokio::test]
async fn subscriptions_that_are_taken_and_broken_are_tried_less_and_less_too() {
    let clock = clock();
    let store = Moody::new(clock.clone(), Mood::Breaks);
    let running = Running::start(&clock, &store);
    until("fifty tries", || running.naps().len() >= 50).await;
    assert!(running.naps().iter().any(|nap| *nap > Duration::from_secs(10)), "{:?}", running.naps());
}

#[tokio::test]
async fn an_outage_of_the_store_blocks_no_decision_and_ends_in_the_latest_news_only() {
    let clock = clock();
    let store = Moody::new(clock.clone(), Mood::Fails);
    let (one, other) = (Running::start(&clock, &store), Running::start(&clock, &store));
    // More changes than a watch holds.
    let upstream = one.pool.named("upstream").unwrap();
    for _ in 0..100 {
        one.fails("upstream");
        clock.advance(Duration::from_secs(4000));
        (0..3).for_each(|_| _ = upstream.acquire().unwrap().record(Outcome::Ok));
        assert!(upstream.is_healthy());
    }
    one.fails("upstream");
    until("it cannot be told", || one.noticed("Untold") >= 3).await;
    assert!(other.asks("upstream"), "each goes by its own calls");
    store.now(Mood::Well);
    until("it is heard", || !other.asks("upstream")).await;
    let name = ProviderName::new("upstream").unwrap();
    assert_eq!(store.latest(&name).await.unwrap().unwrap().version, Version(1), "told once");
    let naps = one.naps().len();
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(one.naps().len(), naps, "nothing is tried again");
}

#[tokio::test]
async fn a_store_that_hangs_is_given_up_in_time() {
    let clock = clock();
    let store = Moody::new(clock.clone(), Mood::Hangs);
    let (one, other) = (Running::start(&clock, &store), Running::start(&clock, &store));
    one.fails("upstream");
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(one.noticed("Untold"), 0, "its time is not over");
    one.naps.run_out.store(true, Ordering::SeqCst);
    until("it is given up", || one.noticed("Untold") > 0 && one.noticed("Interrupted") > 0).await;
    assert!(one.noticed("Late") > 0);
    store.now(Mood::Well);
    other.naps.run_out.store(true, Ordering::SeqCst);
    until("it is heard", || !other.asks("upstream")).await;
}

#[tokio::test]
async fn silence_of_a_dead_subscription_is_not_believed_for_ever() {
    let clock = clock();
    let store = Moody::new(clock.clone(), Mood::Mute);
    let running = Running::start(&clock, &store);
    until("it follows", || running.noticed("Following") == 1).await;
    let name = ProviderName::new("upstream").unwrap();
    let _ = store.publish(&name, Finding::Down(LONG), Version(0)).await.unwrap();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(running.asks("upstream"));
    running.naps.run_out.store(true, Ordering::SeqCst);
    until("it asks", || !running.asks("upstream")).await;
}

#[tokio::test]
async fn a_record_that_the_store_refuses_holds_up_no_other() {
    let clock = clock();
    let store = Moody::new(clock.clone(), Mood::Picky);
    let (one, other) = (Running::start(&clock, &store), Running::start(&clock, &store));
    one.fails("upstream");
    one.fails("other");
    until("the other one is heard of", || !other.asks("other")).await;
    assert!(other.asks("upstream"));
}

#[tokio::test]
async fn what_was_found_out_before_it_began_is_told() {
    let clock = clock();
    let store = Moody::new(clock.clone(), Mood::Well);
    let late = pool(&clock);
    (0..5).for_each(|_| _ = late.named("upstream").unwrap().record_failure());
    late.named("other").unwrap().mark_unhealthy();
    let (_one, other) = (Running::of(late, &store), Running::start(&clock, &store));
    until("it is heard", || !other.asks("upstream")).await;
    assert!(other.asks("other"), "an operator's word is not passed on");
}

#[tokio::test]
async fn news_that_is_over_by_then_is_not_told() {
    let clock = clock();
    let store = Moody::new(clock.clone(), Mood::Fails);
    let running = Running::start(&clock, &store);
    running.fails("upstream");
    until("it cannot be told", || running.noticed("Untold") >= 1).await;
    clock.advance(Duration::from_secs(4000));
    store.now(Mood::Well);
    until("it follows", || running.noticed("Following") == 1).await;
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.latest(&ProviderName::new("upstream").unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn cancelling_it_lets_go_of_everything() {
    let clock = clock();
    let store = Moody::new(clock.clone(), Mood::Well);
    let running = Running::start(&clock, &store);
    until("it follows", || running.noticed("Following") == 1).await;
    running.task.abort();
    until("it has ended", || running.task.is_finished()).await;
    assert_eq!(Arc::strong_count(&store), 1);
    running.fails("upstream");
    assert!(!running.asks("upstream"), "the pool goes on alone");
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let sound = SharingConfig::default();
    assert_eq!(sound.validate(), Ok(()));
    for (broken, name) in [
        (SharingConfig { retry_at_least: Duration::ZERO, ..sound }, "retry_at_least"),
        (SharingConfig { retry_at_most: Duration::from_millis(1), ..sound }, "retry_at_most"),
        (SharingConfig { call_at_most: Duration::MAX, ..sound }, "call_at_most"),
        (SharingConfig { ask_after: Duration::ZERO, ..sound }, "ask_after"),
    ] {
        assert_eq!(broken.validate(), Err(SharingError::Range(name)));
        let sharing = Sharing::new(pool(&clock()), Moody::new(clock(), Mood::Well));
        let refused = sharing.run(Naps::default(), broken, &SeededEntropy::new(1));
        assert_eq!(refused.map(drop).unwrap_err(), SharingError::Range(name));
    }
    let given: SharingConfig = toml::from_str("retry_at_most_secs = 5").unwrap();
    assert_eq!(given, SharingConfig { retry_at_most: Duration::from_secs(5), ..sound });
}

#[test]
fn flood_of_followers_is_refused() {
    let sharing = Sharing::new(pool(&clock()), Moody::new(clock(), Mood::Well));
    let run = || sharing.run(Naps::default(), settings(), &SeededEntropy::new(1));
    let held: Vec<_> = (0..crate::Watch::MAX_WATCHERS).map(|_| run().unwrap()).collect();
    assert_eq!(run().map(drop).unwrap_err(), SharingError::Watchers(crate::TooManyWatchers));
    drop(held);
    assert!(run().is_ok());
}
