//! What every [`SharedHealth`] must do. A backend runs them all in two lines:
//!
//! ```
//! use std::sync::Arc;
//! use stockade_core::{ManualClock, UnixMillis};
//! use stockade_provider_health::{MemorySharedHealth, laws};
//!
//! # tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?.block_on(async {
//! let clock = Arc::new(ManualClock::at(UnixMillis::default()));
//! let store = Arc::new(MemorySharedHealth::new(clock.clone()));
//! laws::all(store, async |span| clock.advance(span)).await;
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! A backend that reads a clock of its own passes a `wait` that sleeps; the laws together wait for less than three seconds. They
//! call the store from 64 tasks at once, so the caller provides a tokio runtime. Each law takes names of its own, `law-…`, of which
//! the store must know nothing before.

use super::{Finding, HealthRecord, Publication, SharedHealth, Update, Updates, Version};
use crate::ProviderName;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{StoreError, StoreErrorKind};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// How many publish at once.
const RACERS: usize = 64;

/// So long that nothing lapses while a law runs against a real clock.
const HOUR: Duration = Duration::from_secs(3600);

/// Every law in turn.
///
/// # Panics
/// A law is broken.
pub async fn all(store: Arc<dyn SharedHealth>, wait: impl AsyncFn(Duration)) {
    nothing_is_known_at_first(store.clone()).await;
    what_is_published_is_the_latest(store.clone()).await;
    versions_grow(store.clone()).await;
    a_race_has_one_winner(store.clone()).await;
    a_stale_finding_does_not_resurrect(store.clone()).await;
    a_store_that_forgot_goes_on_from_what_was_seen(store.clone()).await;
    nobody_counts_beyond_the_last_version(store.clone()).await;
    providers_are_independent(store.clone()).await;
    subscribers_hear_in_order(store.clone()).await;
    time_down_runs_out(store, &wait).await;
}

/// Of a provider that nobody has published anything about nothing is known.
///
/// # Panics
/// The law is broken.
pub async fn nothing_is_known_at_first(store: Arc<dyn SharedHealth>) {
    assert_eq!(latest(&store, &name("law-first")).await, None);
}

/// A publication by one who has seen everything is the latest.
///
/// # Panics
/// The law is broken.
pub async fn what_is_published_is_the_latest(store: Arc<dyn SharedHealth>) {
    let provider = name("law-latest");
    let first = published(&store, &provider, Finding::Up, Version(0)).await;
    assert_eq!(found(&store, &provider).await, (first, Finding::Up));
    let second = published(&store, &provider, Finding::Down(HOUR), first).await;
    let (version, finding) = found(&store, &provider).await;
    assert_eq!(version, second);
    assert!(matches!(finding, Finding::Down(left) if left <= HOUR && left > HOUR / 2), "{finding:?}");
}

/// Each publication has a higher version than the one before.
///
/// # Panics
/// The law is broken.
pub async fn versions_grow(store: Arc<dyn SharedHealth>) {
    let (provider, mut seen) = (name("law-grow"), Version(0));
    for _ in 0..20 {
        let next = published(&store, &provider, Finding::Up, seen).await;
        assert!(next > seen, "{next:?} after {seen:?}");
        seen = next;
    }
}

/// Twenty times over, of 64 publishers that have seen the same one is published; the others learn what was.
///
/// # Panics
/// The law is broken.
pub async fn a_race_has_one_winner(store: Arc<dyn SharedHealth>) {
    for round in 0..20 {
        let provider = name(&format!("law-race-{round}"));
        let seen = published(&store, &provider, Finding::Up, Version(0)).await;
        let start = Arc::new(Barrier::new(RACERS));
        let mut racers = JoinSet::new();
        for _ in 0..RACERS {
            let (store, start, provider) = (store.clone(), start.clone(), provider.clone());
            racers.spawn(async move {
                start.wait().await;
                publish(&store, &provider, Finding::Down(HOUR), seen).await
            });
        }
        let (mut winners, mut overtaken) = (Vec::new(), Vec::new());
        for publication in racers.join_all().await {
            match publication {
                Publication::Published(version) => winners.push(version),
                Publication::Overtaken(record) => overtaken.push(record.version),
            }
        }
        assert_eq!(winners.len(), 1, "round {round}");
        assert!(overtaken.iter().all(|version| winners.contains(version)), "round {round}");
    }
}

/// Whoever has not seen the latest changes nothing, however good its news.
///
/// # Panics
/// The law is broken.
pub async fn a_stale_finding_does_not_resurrect(store: Arc<dyn SharedHealth>) {
    let provider = name("law-stale");
    let old = published(&store, &provider, Finding::Up, Version(0)).await;
    let down = published(&store, &provider, Finding::Down(HOUR), old).await;
    for seen in [Version(0), old] {
        match publish(&store, &provider, Finding::Up, seen).await {
            Publication::Overtaken(record) => {
                assert_eq!((record.provider.clone(), record.version), (provider.clone(), down));
                assert!(matches!(record.finding, Finding::Down(_)));
            }
            published => assert!(matches!(published, Publication::Overtaken(_)), "{published:?}"),
        }
    }
    assert_eq!(found(&store, &provider).await.0, down);
}

/// A publisher that has seen more than the store knows is published above that: the store was emptied, and must not count again
/// what instances have counted before.
///
/// # Panics
/// The law is broken.
pub async fn a_store_that_forgot_goes_on_from_what_was_seen(store: Arc<dyn SharedHealth>) {
    let provider = name("law-forgot");
    assert_eq!(published(&store, &provider, Finding::Up, Version(1000)).await, Version(1001));
    assert_eq!(found(&store, &provider).await.0, Version(1001));
}

/// Whoever claims to have seen the last version or more publishes nothing, and what is known stays as it was.
///
/// # Panics
/// The law is broken.
pub async fn nobody_counts_beyond_the_last_version(store: Arc<dyn SharedHealth>) {
    let provider = name("law-last");
    let known = published(&store, &provider, Finding::Up, Version(0)).await;
    for seen in [Version::LAST, Version(u64::MAX)] {
        let refused = store.publish(&provider, Finding::Down(HOUR), seen).await;
        assert!(refused.is_err_and(|error| error.kind() == StoreErrorKind::Corrupt), "{seen:?}");
    }
    assert_eq!(found(&store, &provider).await, (known, Finding::Up));
}

/// A finding about one provider says nothing about another.
///
/// # Panics
/// The law is broken.
pub async fn providers_are_independent(store: Arc<dyn SharedHealth>) {
    let (one, other) = (name("law-apart"), name("law-apart.2"));
    let _ = published(&store, &one, Finding::Down(HOUR), Version(0)).await;
    assert_eq!(latest(&store, &other).await, None);
    let _ = published(&store, &other, Finding::Up, Version(0)).await;
    assert!(matches!(found(&store, &one).await.1, Finding::Down(_)));
}

/// A subscriber hears what is published after it has subscribed, in the order of versions.
///
/// # Panics
/// The law is broken.
#[expect(clippy::expect_used, reason = "a law suite fails by panic, and a store that fails keeps no law")]
pub async fn subscribers_hear_in_order(store: Arc<dyn SharedHealth>) {
    let (provider, mut seen) = (name("law-heard"), Version(0));
    let mut updates: Vec<Box<dyn Updates>> = Vec::new();
    for _ in 0..3 {
        updates.push(store.subscribe().await.expect("the store subscribes"));
    }
    let mut versions = Vec::new();
    for _ in 0..10 {
        seen = published(&store, &provider, Finding::Down(HOUR), seen).await;
        versions.push(seen);
    }
    for updates in &mut updates {
        let mut heard = Vec::new();
        while heard.len() < versions.len() {
            match updates.next().await.expect("the subscription holds") {
                Update::Record(record) if record.provider == provider => heard.push(record.version),
                Update::Record(_) => {}
                Update::Missed => assert!(heard.len() > versions.len(), "ten are not too many"),
            }
        }
        assert_eq!(heard, versions);
    }
}

/// Time down runs out by the store's clock; afterwards the version is still known.
///
/// # Panics
/// The law is broken.
pub async fn time_down_runs_out(store: Arc<dyn SharedHealth>, wait: &impl AsyncFn(Duration)) {
    let (provider, second) = (name("law-lapse"), Duration::from_secs(1));
    let version = published(&store, &provider, Finding::Down(second), Version(0)).await;
    wait(2 * second).await;
    assert_eq!(found(&store, &provider).await, (version, Finding::Down(Duration::ZERO)));
    assert!(matches!(publish(&store, &provider, Finding::Up, Version(0)).await, Publication::Overtaken(_)));
}

#[expect(clippy::expect_used, reason = "the names of this file are names")]
fn name(text: &str) -> ProviderName {
    ProviderName::new(text).expect("a name")
}

#[expect(clippy::expect_used, reason = "a law suite fails by panic, and a store that fails keeps no law")]
async fn latest(store: &Arc<dyn SharedHealth>, provider: &ProviderName) -> Option<HealthRecord> {
    let answer: Result<_, StoreError> = store.latest(provider).await;
    answer.expect("the store answers")
}

#[expect(clippy::expect_used, reason = "a law suite fails by panic")]
async fn found(store: &Arc<dyn SharedHealth>, provider: &ProviderName) -> (Version, Finding) {
    let record = latest(store, provider).await.expect("something is known");
    assert_eq!(record.provider, *provider);
    (record.version, record.finding)
}

#[expect(clippy::expect_used, reason = "a law suite fails by panic, and a store that fails keeps no law")]
async fn publish(
    store: &Arc<dyn SharedHealth>,
    provider: &ProviderName,
    finding: Finding,
    seen: Version,
) -> Publication {
    store.publish(provider, finding, seen).await.expect("the store decides")
}

#[expect(clippy::panic, reason = "a law suite fails by panic")]
async fn published(
    store: &Arc<dyn SharedHealth>,
    provider: &ProviderName,
    finding: Finding,
    seen: Version,
) -> Version {
    match publish(store, provider, finding, seen).await {
        Publication::Published(version) => version,
        overtaken => panic!("{provider} with {seen:?} seen: {overtaken:?}"),
    }
}
