//! Findings about upstreams, shared over a server that may be gone.

use crate::{HOUR, clock, stores};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use stockade_core::{Clock, StoreErrorKind, SystemEntropy};
use stockade_provider_health::{
    Background, Config, Finding, Member, Phase, Pool, PoolConfig, Provider, ProviderName, Publication,
    SharedHealth, Sharing, SharingConfig, SharingNotice, Strategy, TokioTimer, Update, Version, laws,
};
use stockade_redis::{Redis, RedisConfig};
use stockade_testkit::servers::{self, Durability, OwnRedis};
use tokio::task::JoinSet;

const PATIENCE: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v15_4_2_the_laws_of_shared_health_hold() {
    let Some(store) = crate::store("health").await else { return };
    laws::all(Arc::new(store), tokio::time::sleep).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v15_4_2_race_of_processes_for_one_version_has_one_winner() {
    let Some(stores) = stores("health-race", 8).await else { return };
    let mut seen = Version(0);
    for _ in 0..20 {
        let mut racers = JoinSet::new();
        for store in &stores {
            for _ in 0..8 {
                let (store, seen) = (store.clone(), seen);
                racers.spawn(async move {
                    store.publish(&name("east"), Finding::Down(HOUR), seen).await.unwrap()
                });
            }
        }
        let publications = racers.join_all().await;
        let winners = publications.iter().filter(|one| matches!(one, Publication::Published(_))).count();
        assert_eq!(winners, 1);
        seen = Version(seen.0 + 1);
        assert_eq!(stores[0].latest(&name("east")).await.unwrap().unwrap().version, seen);
    }
}

#[tokio::test]
async fn flood_of_updates_costs_a_slow_subscriber_the_oldest_and_it_is_told() {
    let Some(store) = crate::store("health-flood").await else { return };
    let mut updates = store.subscribe().await.unwrap();
    let mut seen = Version(0);
    for _ in 0..1000 {
        let Publication::Published(version) = store.publish(&name("east"), Finding::Up, seen).await.unwrap()
        else {
            panic!("nobody else publishes")
        };
        seen = version;
    }
    let (mut missed, mut heard) = (0, Vec::new());
    while heard.last() != Some(&Version(1000)) {
        match updates.next().await.unwrap() {
            Update::Missed => missed += 1,
            Update::Record(record) => heard.push(record.version),
        }
    }
    assert!(missed >= 1 && heard.len() <= 700, "{missed} and {}", heard.len());
    assert!(heard.is_sorted());
}

#[tokio::test]
async fn confusion_of_services_on_one_server_is_kept_apart_by_the_prefix() {
    let Some(ours) = crate::store("health-ours").await else { return };
    let Some(theirs) = crate::store("health-theirs").await else { return };
    let mut updates = ours.subscribe().await.unwrap();
    let _ = theirs.publish(&name("east"), Finding::Down(HOUR), Version(0)).await.unwrap();
    assert_eq!(ours.latest(&name("east")).await.unwrap(), None);
    let _ = ours.publish(&name("west"), Finding::Up, Version(0)).await.unwrap();
    let Update::Record(record) = updates.next().await.unwrap() else { panic!("a record was published") };
    assert_eq!(record.provider, name("west"));
}

#[tokio::test]
async fn a_server_that_is_gone_or_frozen_is_said_to_be_within_its_time() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    let store = connect(&server).await;
    let mut updates = store.subscribe().await.unwrap();
    let unavailable = async || {
        let started = Instant::now();
        let east = name("east");
        let errors = [
            store.publish(&east, Finding::Up, Version(0)).await.map(drop).unwrap_err(),
            store.latest(&east).await.map(drop).unwrap_err(),
            store.subscribe().await.map(drop).unwrap_err(),
        ];
        assert!(errors.iter().all(|error| error.kind() == StoreErrorKind::Unavailable), "{errors:?}");
        assert!(started.elapsed() < Duration::from_secs(20));
    };
    server.freeze().unwrap();
    unavailable().await;
    server.thaw().unwrap();
    server.kill().unwrap();
    unavailable().await;
    // What was told before the end may still come; then it ends.
    while updates.next().await.is_ok() {}
}

/// One process: its pool, and what it shares.
struct Instance {
    pool: Pool,
    interruptions: Arc<AtomicUsize>,
    _shares: Background,
}

impl Instance {
    async fn start(server: &OwnRedis) -> Self {
        let clock: Arc<dyn Clock> = clock();
        let member = |text: &str| {
            Member::new(Provider::new(name(text), Config::default(), clock.clone(), &SystemEntropy).unwrap())
        };
        let members = ["east", "west", "north"].map(member).into();
        let pool =
            Pool::new(PoolConfig::default(), Strategy::default(), members, clock.clone(), &SystemEntropy)
                .unwrap();
        let settings = SharingConfig { retry_at_most: Duration::from_secs(1), ..SharingConfig::default() };
        let interruptions = Arc::<AtomicUsize>::default();
        let counted = interruptions.clone();
        let run = Sharing::new(pool.clone(), Arc::new(connect(server).await))
            .run(TokioTimer, settings, &SystemEntropy)
            .unwrap()
            .report_to(move |notice| {
                if matches!(notice, SharingNotice::Interrupted { .. }) {
                    counted.fetch_add(1, Ordering::SeqCst);
                }
            });
        Self { pool, interruptions, _shares: run.spawn() }
    }

    fn fails(&self, provider: &str) {
        let provider = self.pool.named(provider).unwrap();
        (0..5).for_each(|_| _ = provider.record_failure());
        assert_eq!(provider.phase(), Phase::Unhealthy, "by its own calls, at once");
    }

    fn asks(&self, provider: &str) -> bool {
        self.pool.named(provider).unwrap().is_available()
    }

    async fn notices_the_end(&self) {
        let started = Instant::now();
        while self.interruptions.load(Ordering::SeqCst) == 0 {
            assert!(started.elapsed() < Duration::from_secs(20), "it still believes the subscription");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn hears_of(&self, provider: &str) {
        self.hears(provider, |_| !self.asks(provider)).await;
    }

    async fn hears_that_it_is_not_well(&self, provider: &str) {
        self.hears(provider, |heard| !heard.is_healthy()).await;
    }

    async fn hears(&self, provider: &str, acted: impl Fn(&Provider) -> bool) {
        let started = Instant::now();
        while !acted(self.pool.named(provider).unwrap()) {
            assert!(started.elapsed() < Duration::from_secs(20), "it does not hear of {provider}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test]
async fn kill_and_freeze_of_the_server_block_no_decision_and_what_was_found_meanwhile_is_heard_after() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    let (one, other) = (Instance::start(&server).await, Instance::start(&server).await);
    one.fails("east");
    other.hears_of("east").await;

    server.kill().unwrap();
    one.notices_the_end().await;
    other.fails("west");
    assert!(one.asks("west") && !one.asks("east"), "each goes by what it knows");
    assert!(one.pool.acquire().is_ok() && other.pool.acquire().is_ok());
    server.restart().unwrap();
    one.hears_of("west").await;
    assert!(!other.asks("east"), "a server that has forgotten brings nobody back");

    server.freeze().unwrap();
    let (index, permit) = other.pool.acquire().expect("north is well");
    drop(permit);
    assert_eq!(other.pool.provider(index).unwrap().name(), &name("north"));
    one.fails("north");
    assert!(one.pool.acquire().is_err(), "all are down, and that is said at once");
    assert!(other.asks("north"));
    server.thaw().unwrap();
    other.hears_that_it_is_not_well("north").await;
    assert!(other.asks("north"), "hearsay does not take the last one");
}

fn name(text: &str) -> ProviderName {
    ProviderName::new(text).unwrap()
}

async fn connect(server: &OwnRedis) -> Redis {
    Redis::connect(server.url(), RedisConfig::new("t:health:").with_timeout(PATIENCE)).await.unwrap()
}
