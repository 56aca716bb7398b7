//! What one instance can do to the others, by mistake or not.

use super::*;
use crate::{After, Next, Notice, Reason, Repeat, Watch};
use std::time::Duration;

/// An instance over three providers, which follows its own changes.
struct Instance {
    clock: Arc<ManualClock>,
    pool: Pool,
    sharing: Sharing,
    watch: Watch,
}

impl Instance {
    fn new(clock: &Arc<ManualClock>, store: &Arc<MemorySharedHealth>, seed: u64) -> Self {
        let entropy = SeededEntropy::new(seed);
        let member = |name: &str| {
            let name = ProviderName::new(name).unwrap();
            Member::new(Provider::new(name, Config::default(), clock.clone(), &entropy).unwrap())
        };
        let members = ["a", "b", "c"].map(member).into();
        let pool =
            Pool::new(PoolConfig::default(), Strategy::default(), members, clock.clone(), &entropy).unwrap();
        let (sharing, watch) = (Sharing::new(pool.clone(), store.clone()), pool.watch().unwrap());
        Self { clock: clock.clone(), pool, sharing, watch }
    }

    /// One request, all of whose calls end so. Whether it got an answer.
    fn request(&self, outcome: Outcome) -> bool {
        let mut chain = self.pool.chain(Repeat::Idempotent, None);
        while let Next::Attempt(attempt) = chain.next_attempt(self.clock.monotonic()) {
            match chain.report(attempt, outcome, self.clock.monotonic()) {
                After::TryNext => {}
                _ => return outcome == Outcome::Ok,
            }
        }
        false
    }

    async fn shares(&mut self) {
        while let Some(Notice::Changed(event)) = self.watch.try_next() {
            let _ = self.sharing.tell(&event).await.unwrap();
        }
        self.sharing.catch_up().await.unwrap();
    }

    fn hears(&self, name: &str, version: u64, finding: Finding) -> Taken {
        let provider = ProviderName::new(name).unwrap();
        self.sharing.hear(&HealthRecord { provider, version: Version(version), finding })
    }
}

#[tokio::test]
async fn partition_of_one_instance_takes_no_provider_from_the_others() {
    let (clock, store) = shared();
    let (mut sick, mut well) = (Instance::new(&clock, &store, 1), Instance::new(&clock, &store, 2));
    // An idle one, which has a request now and then and so knows nothing of its own.
    let mut idle = Instance::new(&clock, &store, 3);
    let (mut refused, mut refused_idle) = (0, 0);
    for second in 0..4 * 3600 {
        clock.advance(Duration::from_secs(1));
        (0..5).for_each(|_| _ = sick.request(Outcome::ConnectFault));
        refused += u32::from(!well.request(Outcome::Ok));
        if second % 400 == 0 {
            refused_idle += u32::from(!idle.request(Outcome::Ok));
        }
        for instance in [&mut sick, &mut well, &mut idle] {
            instance.shares().await;
        }
    }
    assert_eq!((refused, refused_idle), (0, 0));
    assert!(sick.pool.providers().all(|provider| !provider.is_healthy()), "or nothing was shown");
}

#[test]
fn a_peers_word_degrades_at_most_where_calls_succeed() {
    let (clock, store) = shared();
    let one = Instance::new(&clock, &store, 1);
    let a = one.pool.named("a").unwrap();
    (0..10).for_each(|_| _ = a.record_success(Duration::from_millis(20)));
    assert_eq!(one.hears("a", 1, Finding::Down(Duration::from_secs(300))), Taken::Acted);
    assert_eq!((a.phase(), a.status().reason), (Phase::Degraded, Reason::Peer));
    (0..3).for_each(|_| _ = a.record_success(Duration::from_millis(20)));
    assert!(a.is_healthy());
    clock.advance(Duration::from_secs(61));
    let _ = one.hears("a", 2, Finding::Down(Duration::from_secs(300)));
    assert_eq!(a.phase(), Phase::Unhealthy, "what it knew itself is old");
}

#[test]
fn the_last_provider_is_not_taken_by_hearsay() {
    let (clock, store) = shared();
    let one = Instance::new(&clock, &store, 1);
    for name in ["a", "b", "c"] {
        let _ = one.hears(name, 1, Finding::Down(Duration::from_secs(300)));
    }
    let phases: Vec<_> = one.pool.providers().map(Provider::phase).collect();
    assert_eq!(phases, [Phase::Unhealthy, Phase::Unhealthy, Phase::Degraded]);
}

#[test]
fn race_of_words_about_all_providers_leaves_one() {
    for _ in 0..50 {
        let (clock, store) = shared();
        let one = Instance::new(&clock, &store, 1);
        std::thread::scope(|scope| {
            for name in ["a", "b", "c"] {
                let one = &one;
                scope.spawn(move || one.hears(name, 1, Finding::Down(Duration::from_secs(300))));
            }
        });
        assert!(one.pool.is_available());
    }
}
