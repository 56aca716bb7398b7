//! The limiter against a token bucket that is too plain to be wrong.

use super::*;
use proptest::prelude::*;
use std::collections::HashMap;
use std::num::NonZeroU32;

/// Levels in nanoseconds of credit, as wide as they need to be. Refills by elapsed time, up to the brim.
#[derive(Default)]
struct Buckets(HashMap<usize, (u128, u128)>);

impl Buckets {
    fn level(&self, key: usize, quota: Quota, now: u128) -> u128 {
        let brim = quota.refill().as_nanos();
        self.0.get(&key).map_or(brim, |(level, then)| brim.min(level + now - then))
    }

    fn decide(&mut self, asked: &[(usize, u32)], quotas: &[Quota], now: u128) -> Verdict {
        let mut wanted: HashMap<usize, u128> = HashMap::new();
        for &(key, cost) in asked {
            *wanted.entry(key).or_default() += u128::from(cost) * quotas[key].interval().as_nanos();
        }
        let level = |key: &usize| self.level(*key, quotas[*key], now);
        if let Some(key) = wanted.iter().find(|(key, cost)| **cost > quotas[**key].refill().as_nanos()) {
            return Verdict::Unpayable { limit: SCOPES[*key.0] };
        }
        if let Some((wait, key)) = wanted
            .iter()
            .filter(|(key, cost)| **cost > level(key))
            .map(|(key, cost)| (cost - level(key), key))
            .max()
        {
            return Verdict::Denied { retry_after: span(wait), limit: SCOPES[*key] };
        }
        let left: HashMap<usize, u128> = wanted.iter().map(|(key, cost)| (*key, level(key) - cost)).collect();
        for (&key, &left) in &left {
            self.0.insert(key, (left, now));
        }
        Verdict::Allowed {
            remaining: left
                .iter()
                .map(|(key, left)| (left / quotas[*key].interval().as_nanos()) as u32)
                .min()
                .unwrap_or(u32::MAX),
            reset_after: left
                .iter()
                .map(|(key, left)| span(quotas[*key].refill().as_nanos() - left))
                .max()
                .unwrap_or_default(),
        }
    }
}

const SCOPES: [&str; 3] = ["a", "b", "c"];

fn span(nanos: u128) -> Duration {
    Duration::from_nanos(u64::try_from(nanos).unwrap())
}

fn quotas() -> impl Strategy<Value = [Quota; 3]> {
    let quota = (1_u32..6, 1_u64..40, 1_u32..6).prop_map(|(count, period, burst)| {
        let period = Duration::from_nanos(period + u64::from(count));
        let burst = NonZeroU32::new(burst).unwrap();
        Quota::per(NonZeroU32::new(count).unwrap(), period).unwrap().burst(burst).unwrap()
    });
    [quota.clone(), quota.clone(), quota]
}

/// The same refusal may be put down to either of two keys that are equally short of credit or both unpayable.
fn same(ours: Verdict, model: Verdict) -> bool {
    match (ours, model) {
        (Verdict::Unpayable { .. }, Verdict::Unpayable { .. }) => true,
        (Verdict::Denied { retry_after: ours, .. }, Verdict::Denied { retry_after: model, .. }) => {
            ours == model
        }
        (ours, model) => ours == model,
    }
}

proptest! {
    #[test]
    fn asvs_v2_4_1_every_verdict_is_that_of_a_token_bucket(
        quotas in quotas(),
        calls in prop::collection::vec(
            (0_u64..30, prop::collection::vec((0_usize..3, 1_u32..4), 0..5)),
            1..60,
        ),
    ) {
        let limiter = MemoryLimiter::with_capacity(16);
        let mut buckets = Buckets::default();
        let mut now = Duration::ZERO;
        for (pause, asked) in calls {
            now += Duration::from_nanos(pause);
            let charges: Vec<Charge> = asked
                .iter()
                .map(|&(key, cost)| {
                    text(SCOPES[key], "k", quotas[key]).costing(NonZeroU32::new(cost).unwrap())
                })
                .collect();
            let model = buckets.decide(&asked, &quotas, now.as_nanos());
            let ours = limiter.decide(&charges, now);
            prop_assert!(same(ours, model), "{:?} at {:?}: {:?}, not {:?}", asked, now, ours, model);
            if let Verdict::Denied { retry_after, .. } = ours {
                now += retry_after;
                prop_assert!(matches!(limiter.decide(&charges, now), Verdict::Allowed { .. }), "dishonest wait");
                let _ = buckets.decide(&asked, &quotas, now.as_nanos());
            }
        }
    }

    #[test]
    fn asvs_v2_4_1_no_window_lets_through_more_than_burst_and_refill(
        count in 1_u32..20,
        period in 20_u64..1_000,
        pauses in prop::collection::vec(0_u64..50, 1..200),
    ) {
        let quota = Quota::literal(count, Duration::from_nanos(period));
        let limiter = MemoryLimiter::with_capacity(16);
        let mut now = 0;
        let mut passed = Vec::new();
        for pause in pauses {
            now += pause;
            if passes(&limiter, &text("t", "k", quota), Duration::from_nanos(now)) {
                passed.push(now);
            }
        }
        for (first, from) in passed.iter().enumerate() {
            for (last, to) in passed.iter().enumerate().skip(first) {
                let most = u64::from(count) + (to - from) / quota.interval().as_nanos() as u64;
                prop_assert!((last - first + 1) as u64 <= most);
            }
        }
    }

    #[test]
    fn no_argument_panics(
        count in any::<u32>(), burst in any::<u32>(), cost in any::<u32>(),
        secs in any::<u64>(), nanos in 0_u32..1_000_000_000, now in any::<u64>(), value in ".{0,400}",
    ) {
        let bounded = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MAX);
        let quota = Quota::per(bounded(count), Duration::new(secs, nanos)).and_then(|q| q.burst(bounded(burst)));
        if let Ok(quota) = quota {
            let charge = text("t", &value, quota).costing(bounded(cost));
            let _ = MemoryLimiter::with_capacity(16).decide(&[charge.clone(), charge], Duration::new(now, nanos));
        }
    }
}
