//! The memory store's laws, and what passes between pools.

mod forged;
mod peers;
mod run;

use super::*;
use crate::{Config, Member, Outcome, Phase, Pool, PoolConfig, Provider, Strategy};
use stockade_core::{Clock, ManualClock, UnixMillis};
use stockade_testkit::SeededEntropy;

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)))
}

fn shared() -> (Arc<ManualClock>, Arc<MemorySharedHealth>) {
    let clock = clock();
    (clock.clone(), Arc::new(MemorySharedHealth::new(clock)))
}

fn instance(clock: &Arc<ManualClock>, store: &Arc<impl SharedHealth + 'static>) -> (Provider, Sharing) {
    let (name, entropy) = (ProviderName::new("upstream").unwrap(), SeededEntropy::new(1));
    let rules = Config { jitter_percent: 0, ..Config::default() };
    let provider = Provider::new(name, rules, clock.clone(), &entropy).unwrap();
    let spare = Provider::new(ProviderName::new("spare").unwrap(), rules, clock.clone(), &entropy).unwrap();
    let members = vec![Member::new(provider.clone()), Member::new(spare)];
    let pool =
        Pool::new(PoolConfig::default(), Strategy::Weighted, members, clock.clone(), &entropy).unwrap();
    (provider, Sharing::new(pool, store.clone()))
}

async fn tell_all(sharing: &Sharing, watch: &mut crate::Watch) -> Vec<Publication> {
    let mut made = Vec::new();
    while let Some(crate::Notice::Changed(event)) = watch.try_next() {
        made.extend(sharing.tell(&event).await.unwrap());
    }
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_keeps_the_laws() {
    let clock = clock();
    laws::all(Arc::new(MemorySharedHealth::new(clock.clone())), async |span| clock.advance(span)).await;
}

#[tokio::test]
async fn what_one_finds_out_the_other_need_not() {
    let (clock, store) = shared();
    let (one, one_shares) = instance(&clock, &store);
    let (other, other_shares) = instance(&clock, &store);
    let mut watch = one.watch().unwrap();
    (0..5).for_each(|_| _ = one.record_failure());
    assert_eq!(tell_all(&one_shares, &mut watch).await, [Publication::Published(Version(1))]);
    clock.advance(Duration::from_secs(100));
    other_shares.catch_up().await.unwrap();
    assert_eq!(other.status().open_for, Some(Duration::from_secs(200)), "what is left of its time");
    // Recovery there shortens the wait here; a probe of our own decides.
    clock.advance(Duration::from_secs(200));
    other.mark_unhealthy();
    (0..3).for_each(|_| _ = one.record_success(Duration::ZERO));
    assert_eq!(tell_all(&one_shares, &mut watch).await, [Publication::Published(Version(2))]);
    other_shares.catch_up().await.unwrap();
    assert_eq!(other.phase(), Phase::Unhealthy);
    assert!(other.status().open_for.unwrap() <= Duration::from_secs(300));
}

#[tokio::test]
async fn replay_of_a_stale_record_neither_resurrects_nor_ejects() {
    let (clock, store) = shared();
    let (provider, shares) = instance(&clock, &store);
    let record = |version, finding| HealthRecord {
        provider: provider.name().clone(),
        version: Version(version),
        finding,
    };
    let hour = Finding::Down(Duration::from_secs(3600));
    assert_eq!(shares.hear(&record(7, hour)), Taken::Acted);
    for version in 0..=7 {
        assert_eq!(shares.hear(&record(version, Finding::Up)), Taken::Stale);
    }
    assert_eq!(provider.status().open_for, Some(Duration::from_secs(3600)));
    provider.mark_healthy();
    assert_eq!(shares.hear(&record(7, hour)), Taken::Stale);
    assert_eq!(shares.hear(&record(8, Finding::Down(Duration::ZERO))), Taken::Nothing);
    assert!(provider.is_healthy());
}

#[tokio::test]
async fn confusion_a_record_about_a_stranger_does_nothing() {
    let (clock, store) = shared();
    let (provider, shares) = instance(&clock, &store);
    let stranger = ProviderName::new("stranger").unwrap();
    let record =
        HealthRecord { provider: stranger, version: Version(9), finding: Finding::Down(Duration::MAX) };
    assert_eq!(shares.hear(&record), Taken::Nothing);
    assert!(provider.is_healthy());
}

#[tokio::test]
async fn what_was_heard_or_ordered_is_not_passed_on() {
    let (clock, store) = shared();
    let (provider, shares) = instance(&clock, &store);
    let mut watch = provider.watch().unwrap();
    provider.drain();
    provider.reset();
    provider.mark_unhealthy();
    provider.mark_healthy();
    let down = Finding::Down(Duration::from_secs(60));
    let _ =
        shares.hear(&HealthRecord { provider: provider.name().clone(), version: Version(1), finding: down });
    assert_eq!(tell_all(&shares, &mut watch).await, []);
}

/// A store that is out of reach.
struct Gone;

#[async_trait::async_trait]
impl SharedHealth for Gone {
    async fn publish(&self, _: &ProviderName, _: Finding, _: Version) -> Result<Publication, StoreError> {
        Err(StoreError::unavailable("gone"))
    }

    async fn latest(&self, _: &ProviderName) -> Result<Option<HealthRecord>, StoreError> {
        Err(StoreError::unavailable("gone"))
    }

    async fn subscribe(&self) -> Result<Box<dyn Updates>, StoreError> {
        Err(StoreError::unavailable("gone"))
    }
}

#[tokio::test]
async fn partial_write_without_the_store_every_decision_is_made_all_the_same() {
    let clock = clock();
    let (provider, shares) = instance(&clock, &Arc::new(Gone));
    let mut watch = provider.watch().unwrap();
    (0..5).for_each(|_| _ = provider.record(Outcome::Timeout, Duration::ZERO));
    assert!(shares.publish_changes(&mut watch).await.is_err());
    assert!(shares.follow().await.is_err());
    assert!(!provider.is_available());
    clock.advance(Duration::from_secs(300));
    (0..3).for_each(|_| _ = provider.acquire().unwrap().record(Outcome::Ok));
    assert!(provider.is_healthy());
}

#[tokio::test]
async fn a_follower_acts_as_it_hears() {
    let (clock, store) = shared();
    let (provider, shares) = instance(&clock, &store);
    let mut watch = provider.watch().unwrap();
    let following = tokio::spawn(async move { shares.follow().await.map(|never| match never {}) });
    let publication =
        store.publish(provider.name(), Finding::Down(Duration::from_secs(60)), Version(0)).await;
    assert_eq!(publication.unwrap(), Publication::Published(Version(1)));
    let _ = watch.next().await;
    assert_eq!(provider.phase(), Phase::Unhealthy);
    following.abort();
    assert!(clock.monotonic().is_zero());
}

#[tokio::test]
async fn flood_of_names_is_refused_at_the_cap_and_slow_subscribers_are_told() {
    let store = MemorySharedHealth::new(clock());
    let mut updates = store.subscribe().await.unwrap();
    for index in 0..MemorySharedHealth::MAX_PROVIDERS {
        let name = ProviderName::new(format!("p{index}")).unwrap();
        let _ = store.publish(&name, Finding::Up, Version(0)).await.unwrap();
    }
    let one_more = ProviderName::new("one-more").unwrap();
    assert!(store.publish(&one_more, Finding::Up, Version(0)).await.is_err());
    assert_eq!(updates.next().await.unwrap(), Update::Missed);
    assert!(matches!(updates.next().await.unwrap(), Update::Record(_)));
}
