//! What a store, or whoever writes to its channel, can do to those who listen.

use super::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// A store that holds nonsense about `corrupt`, whose channel says what it is told to first, and that fails when it should.
struct Odd {
    inner: MemorySharedHealth,
    fails: AtomicBool,
    forged: Mutex<Vec<HealthRecord>>,
}

impl Odd {
    fn new(clock: &Arc<ManualClock>) -> Arc<Self> {
        let inner = MemorySharedHealth::new(clock.clone());
        Arc::new(Self { inner, fails: AtomicBool::new(false), forged: Mutex::default() })
    }
}

#[async_trait::async_trait]
impl SharedHealth for Odd {
    async fn publish(
        &self,
        provider: &ProviderName,
        finding: Finding,
        seen: Version,
    ) -> Result<Publication, StoreError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::unavailable("gone"));
        }
        self.inner.publish(provider, finding, seen).await
    }

    async fn latest(&self, provider: &ProviderName) -> Result<Option<HealthRecord>, StoreError> {
        if provider.as_str() == "corrupt" {
            return Err(StoreError::corrupt("nonsense"));
        }
        self.inner.latest(provider).await
    }

    async fn subscribe(&self) -> Result<Box<dyn Updates>, StoreError> {
        let forged = std::mem::take(&mut *self.forged.lock().unwrap());
        Ok(Box::new(Forging { forged, true_ones: self.inner.subscribe().await? }))
    }
}

struct Forging {
    forged: Vec<HealthRecord>,
    true_ones: Box<dyn Updates>,
}

#[async_trait::async_trait]
impl Updates for Forging {
    async fn next(&mut self) -> Result<Update, StoreError> {
        match self.forged.pop() {
            Some(record) => Ok(Update::Record(record)),
            None => self.true_ones.next().await,
        }
    }
}

fn pool(clock: &Arc<ManualClock>) -> Pool {
    let entropy = SeededEntropy::new(1);
    let member = |name| Member::new(Provider::new(name, Config::default(), clock.clone(), &entropy).unwrap());
    // The one whose record is corrupt comes first.
    let members = ["corrupt", "upstream", "spare"].map(|name| member(self::name(name))).into();
    Pool::new(PoolConfig::default(), Strategy::Weighted, members, clock.clone(), &entropy).unwrap()
}

fn name(text: &str) -> ProviderName {
    ProviderName::new(text).unwrap()
}

fn record(version: u64, finding: Finding) -> HealthRecord {
    HealthRecord { provider: name("upstream"), version: Version(version), finding }
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..10_000 {
        if holds() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{what} has not come");
}

#[test]
fn a_future_version_makes_no_true_record_old() {
    let clock = clock();
    let sharing = Sharing::new(pool(&clock), Odd::new(&clock));
    for version in [u64::MAX, Version::LAST.0 + 1] {
        assert_eq!(sharing.hear(&record(version, Finding::Up)), Taken::Nothing);
    }
    assert_eq!(sharing.hear(&record(9, Finding::Down(MINUTE))), Taken::Acted);
}

#[tokio::test]
async fn forged_messages_on_the_channel_are_looked_up_and_the_true_ones_heard_after_them() {
    let clock = clock();
    let store = Odd::new(&clock);
    *store.forged.lock().unwrap() = vec![
        record(Version::LAST.0, Finding::Up),
        record(1, Finding::Up),
        record(2, Finding::Down(100 * MINUTE)),
    ];
    let pool = pool(&clock);
    let upstream = pool.named("upstream").unwrap().clone();
    let sharing = Sharing::new(pool, store.clone());
    let follower = sharing.clone();
    let following = tokio::spawn(async move { follower.follow().await.map(|never| match never {}) });
    until("all that was forged", || Arc::strong_count(&store) > 2 && store.forged.lock().unwrap().is_empty())
        .await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(upstream.is_healthy(), "the store says no such thing");
    let _ = store.publish(&name("upstream"), Finding::Down(MINUTE), Version(0)).await.unwrap();
    until("the true record", || !upstream.is_available()).await;
    assert!(upstream.status().open_for.unwrap() <= 2 * MINUTE);
    assert!(!following.is_finished(), "nor does the corrupt record end it");
    following.abort();
}

#[tokio::test]
async fn a_corrupt_record_holds_up_no_other() {
    let clock = clock();
    let store = Odd::new(&clock);
    let _ = store.publish(&name("upstream"), Finding::Down(MINUTE), Version(0)).await.unwrap();
    let pool = pool(&clock);
    let error = Sharing::new(pool.clone(), store).catch_up().await.unwrap_err();
    assert_eq!(error.kind(), stockade_core::StoreErrorKind::Corrupt);
    assert!(!pool.named("upstream").unwrap().is_available(), "which comes after it");
}

#[tokio::test]
async fn partial_write_what_could_not_be_told_is_told_when_it_is_begun_again() {
    let clock = clock();
    let store = Odd::new(&clock);
    let pool = pool(&clock);
    let sharing = Sharing::new(pool.clone(), store.clone());
    let mut watch = pool.watch().unwrap();
    let upstream = pool.named("upstream").unwrap();
    (0..5).for_each(|_| _ = upstream.record_failure());
    store.fails.store(true, Ordering::SeqCst);
    assert!(sharing.publish_changes(&mut watch).await.is_err());
    assert_eq!(watch.try_next(), None, "nothing is left to say it again");
    assert!(sharing.publish_changes(&mut watch).await.is_err(), "yet it is tried again at once");
    store.fails.store(false, Ordering::SeqCst);
    let clone = sharing.clone();
    let telling =
        tokio::spawn(async move { clone.publish_changes(&mut watch).await.map(|never| match never {}) });
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let latest = store.latest(&name("upstream")).await.unwrap().expect("it was told");
    assert!(matches!(latest.finding, Finding::Down(left) if left > MINUTE));
    telling.abort();
}

#[tokio::test]
async fn circuits_that_are_open_when_it_begins_are_told() {
    let clock = clock();
    let store = Odd::new(&clock);
    let pool = pool(&clock);
    (0..5).for_each(|_| _ = pool.named("upstream").unwrap().record_failure());
    let mut watch = pool.watch().unwrap();
    let sharing = Sharing::new(pool, store.clone());
    tokio::select! {
        biased;
        told = sharing.publish_changes(&mut watch) => panic!("{told:?}"),
        () = tokio::task::yield_now() => {}
    }
    assert!(store.latest(&name("upstream")).await.unwrap().is_some());
}
