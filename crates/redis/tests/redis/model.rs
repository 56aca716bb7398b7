//! The script against the limiter in memory, call by call.

use crate::{clock, store};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use stockade_ratelimit::{Charge, Key, Limiter, LocalLimiter, MemoryLimiter, Quota, Verdict};

type Call = (u64, Vec<(usize, u32)>);

fn calls() -> impl Strategy<Value = (Vec<(u32, u64, u32)>, Vec<Call>)> {
    let quota = (1_u32..6, 1_u64..4_000_000, 1_u32..6);
    let asked = prop::collection::vec((0_usize..3, 1_u32..4), 0..5);
    (prop::collection::vec(quota, 3), prop::collection::vec((0_u64..3_000_000, asked), 1..40))
}

/// The same refusal may be put down to either of two keys that are equally short or both unpayable.
fn same(ours: Verdict, model: Verdict) -> bool {
    match (ours, model) {
        (Verdict::Unpayable { .. }, Verdict::Unpayable { .. }) => true,
        (Verdict::Denied { retry_after: ours, .. }, Verdict::Denied { retry_after: model, .. }) => {
            ours == model
        }
        (ours, model) => ours == model,
    }
}

#[tokio::test]
async fn asvs_v2_4_1_every_verdict_of_the_script_is_that_of_the_memory_limiter() {
    let Some(store) = store("model").await else { return };
    let mut runner = TestRunner::default();
    for case in 0..100 {
        let (quotas, calls) = calls().new_tree(&mut runner).unwrap().current();
        let clock = clock();
        let memory = LocalLimiter::new(Arc::new(MemoryLimiter::with_capacity(16)), clock.clone());
        let redis = store.limiter(clock.clone());
        let charge = |key: usize, cost| {
            let (count, micros, burst) = quotas[key];
            let period = Duration::from_micros(micros * u64::from(count));
            let quota = Quota::per(NonZeroU32::new(count).unwrap(), period).unwrap();
            let quota = quota.burst(NonZeroU32::new(burst).unwrap()).unwrap();
            let key = Key::text(["a", "b", "c"][key], &case.to_string());
            Charge::one(key, quota).costing(NonZeroU32::new(cost).unwrap())
        };
        for (pause, asked) in &calls {
            clock.advance(Duration::from_micros(*pause));
            let charges: Vec<_> = asked.iter().map(|&(key, cost)| charge(key, cost)).collect();
            let (ours, model) = (redis.measure(&charges).await.unwrap(), memory.decide(&charges));
            assert!(same(ours, model), "{charges:?}: {ours:?}, not {model:?}, in {quotas:?} {calls:?}");
        }
    }
}

#[tokio::test]
async fn asvs_v1_4_2_quotas_at_the_ends_of_their_range_are_kept() {
    let Some(store) = store("ends").await else { return };
    let limiter = store.limiter(clock());
    let all = NonZeroU32::MAX;
    let quickest = Quota::per(NonZeroU32::MIN, Duration::from_nanos(1)).unwrap().burst(all).unwrap();
    let slowest = Quota::literal(1, Quota::MAX_REFILL);
    for (name, quota) in [("quickest", quickest), ("slowest", slowest)] {
        let unit = Charge::one(Key::text("t", name), quota);
        let whole = [unit.clone().costing(NonZeroU32::new(quota.burst_size()).unwrap())];
        assert!(
            matches!(limiter.measure(&whole).await.unwrap(), Verdict::Allowed { remaining: 0, .. }),
            "{name}"
        );
        assert!(
            matches!(limiter.measure(std::slice::from_ref(&unit)).await.unwrap(), Verdict::Denied { .. }),
            "{name}"
        );
        let hostile = vec![unit.costing(all); 100];
        assert!(
            matches!(limiter.measure(&hostile).await.unwrap(), Verdict::Unpayable { limit: "t" }),
            "{name}"
        );
    }
}
