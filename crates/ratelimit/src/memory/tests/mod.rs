mod attacks;
mod model;

use super::*;
use crate::{LocalLimiter, Quota, laws};
use std::sync::Arc;
use stockade_core::{ManualClock, UnixMillis};

pub(super) const SECOND: Duration = Duration::from_secs(1);

fn text(scope: &'static str, value: &str, quota: Quota) -> Charge {
    Charge::one(Key::text(scope, value), quota)
}

pub(super) fn passes(limiter: &MemoryLimiter, charge: &Charge, now: Duration) -> bool {
    matches!(limiter.decide(std::slice::from_ref(charge), now), Verdict::Allowed { .. })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_memory_limiter_keeps_every_law() {
    let clock = Arc::new(ManualClock::at(UnixMillis::default()));
    let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock.clone());
    laws::all(Arc::new(limiter), async |span| clock.advance(span)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_places_under_one_lock_keep_every_law() {
    // The laws use few keys each; those of an hour would crowd a single set, so each law gets a table of its own.
    let small = || -> Arc<dyn crate::Limiter> {
        let clock = Arc::new(ManualClock::at(UnixMillis::default()));
        Arc::new(LocalLimiter::new(Arc::new(MemoryLimiter::with_capacity(0)), clock))
    };
    laws::exactly_the_quota_passes(small()).await;
    laws::all_or_nothing(small()).await;
    laws::all_or_nothing_in_a_race(small()).await;
    laws::a_key_charged_twice_owes_the_sum(small()).await;
    laws::the_tightest_key_speaks(small()).await;
}

#[test]
fn a_key_costs_24_and_a_half_bytes() {
    assert_eq!(size_of::<Mutex<Set>>(), 392);
    assert_eq!(size_of::<Mutex<Set>>() as f64 / Set::WAYS as f64, 24.5);
    assert_eq!(MemoryLimiter::default().capacity(), MemoryLimiter::DEFAULT_CAPACITY);
}

#[test]
fn the_capacity_is_bounded_at_both_ends() {
    assert_eq!(MemoryLimiter::with_capacity(0).capacity(), 16);
    assert_eq!(MemoryLimiter::with_capacity(100).capacity(), 96);
    assert_eq!(MemoryLimiter::with_capacity(usize::MAX).capacity(), MemoryLimiter::MAX_CAPACITY);
}

#[test]
fn at_half_the_capacity_fewer_than_one_key_in_five_hundred_is_forgotten() {
    let limiter = MemoryLimiter::default();
    let keys = limiter.capacity() / 2;
    for client in 0..keys {
        assert!(passes(&limiter, &text("t", &client.to_string(), Quota::literal(1, SECOND)), Duration::ZERO));
    }
    let forgotten = keys - limiter.keys_in_debt(Duration::ZERO);
    assert!(forgotten < keys / 500, "{forgotten} of {keys} forgotten");
}

#[test]
fn a_place_is_free_again_once_its_key_owes_nothing() {
    let limiter = MemoryLimiter::with_capacity(16);
    for second in 0..100 {
        let charge = text("t", &second.to_string(), Quota::literal(1, SECOND));
        assert!(passes(&limiter, &charge, SECOND * second));
        assert_eq!(limiter.keys_in_debt(SECOND * second), 1);
    }
}

/// Looks first and charges later, one key after the other, as several statements against a store do.
#[derive(Default)]
struct Hasty(Mutex<std::collections::HashMap<Key, u32>>);

#[async_trait::async_trait]
impl crate::Limiter for Hasty {
    async fn measure(&self, charges: &[Charge]) -> Result<Verdict, stockade_core::StoreError> {
        let mut remaining = u32::MAX;
        for Charge { key, quota, cost } in charges {
            let spent = self.0.lock().unwrap().get(key).copied().unwrap_or_default();
            tokio::task::yield_now().await;
            if spent + cost.get() > quota.burst_size() {
                return Ok(Verdict::Denied { retry_after: SECOND, limit: key.scope() });
            }
            *self.0.lock().unwrap().entry(key.clone()).or_default() += cost.get();
            remaining = remaining.min(quota.burst_size() - spent - cost.get());
        }
        Ok(Verdict::Allowed { remaining, reset_after: SECOND })
    }
}

#[tokio::test]
#[should_panic(expected = "round 0")]
async fn a_race_for_the_last_unit_is_caught_by_the_laws() {
    laws::the_last_unit_has_one_winner(Arc::new(Hasty::default())).await;
}

#[tokio::test]
#[should_panic(expected = "expected a refusal by law.all.narrow")]
async fn a_half_made_decision_is_caught_by_the_laws() {
    laws::all_or_nothing(Arc::new(Hasty::default())).await;
}
