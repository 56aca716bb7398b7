//! What every [`Limiter`] must do. A backend runs them all in two lines:
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//! use stockade_core::{ManualClock, UnixMillis};
//! use stockade_ratelimit::{LocalLimiter, MemoryLimiter, laws};
//!
//! # tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?.block_on(async {
//! let clock = Arc::new(ManualClock::at(UnixMillis::default()));
//! let limiter = Arc::new(LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock.clone()));
//! laws::all(limiter, async |span| clock.advance(span)).await;
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! A backend that reads a clock of its own passes a `wait` that sleeps; the laws together wait for less than ten seconds.
//! They call the limiter from 64 tasks at once, so the caller provides a tokio runtime, best one with several threads.
//! Each law takes fresh keys: they may share one limiter, but each needs it to know none of its keys before.

use crate::{Charge, Key, Limiter, Quota, Verdict};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// How many callers ask at once.
const CALLERS: usize = 64;

/// So slow that nothing comes back while a law runs against a real clock.
const HOUR: Duration = Duration::from_secs(3600);

/// Two units, of which one comes back each second.
const BRISK: Quota = Quota::literal(2, Duration::from_secs(2));

/// Every law in turn.
///
/// # Panics
/// A law is broken.
pub async fn all(limiter: Arc<dyn Limiter>, wait: impl AsyncFn(Duration)) {
    exactly_the_quota_passes(limiter.clone()).await;
    the_last_unit_has_one_winner(limiter.clone()).await;
    all_or_nothing(limiter.clone()).await;
    all_or_nothing_in_a_race(limiter.clone()).await;
    a_cost_counts_as_so_many_units(limiter.clone()).await;
    a_cost_above_the_burst_is_never_paid(limiter.clone()).await;
    a_key_charged_twice_owes_the_sum(limiter.clone()).await;
    keys_are_independent(limiter.clone()).await;
    the_tightest_key_speaks(limiter.clone()).await;
    nothing_charged_is_allowed(limiter.clone()).await;
    units_come_back(limiter.clone(), &wait).await;
    retry_after_is_honest(limiter, &wait).await;
}

/// Of 64 concurrent callers exactly as many pass as the quota has units, and a later one is refused.
///
/// # Panics
/// The law is broken.
pub async fn exactly_the_quota_passes(limiter: Arc<dyn Limiter>) {
    let charge = [one("law.quota", Quota::literal(10, HOUR))];
    assert_eq!(race(&limiter, [charge.to_vec()]).await, 10, "10 units, {CALLERS} callers");
    assert_denied(&limiter, &charge, "law.quota").await;
}

/// Fifty times over, 64 concurrent callers ask for the one unit that there is; one gets it.
///
/// # Panics
/// The law is broken.
pub async fn the_last_unit_has_one_winner(limiter: Arc<dyn Limiter>) {
    for round in 0..50 {
        let charge = Charge::one(Key::text("law.last", &round.to_string()), Quota::literal(1, HOUR));
        assert_eq!(race(&limiter, [vec![charge]]).await, 1, "round {round}");
    }
}

/// Where one charge is refused, the others are not made.
///
/// # Panics
/// The law is broken.
pub async fn all_or_nothing(limiter: Arc<dyn Limiter>) {
    let wide = one("law.all.wide", Quota::literal(3, HOUR));
    let narrow = one("law.all.narrow", Quota::literal(1, HOUR));
    assert_allowed(&limiter, &[wide.clone(), narrow.clone()], 0).await;
    for _ in 0..5 {
        assert_denied(&limiter, &[wide.clone(), narrow.clone()], "law.all.narrow").await;
        assert_denied(&limiter, &[narrow.clone(), wide.clone()], "law.all.narrow").await;
    }
    assert_allowed(&limiter, std::slice::from_ref(&wide), 1).await;
}

/// Callers that charge the same two keys in opposite order neither deadlock nor leave one of them half charged.
///
/// # Panics
/// The law is broken.
pub async fn all_or_nothing_in_a_race(limiter: Arc<dyn Limiter>) {
    let wide = one("law.race.wide", Quota::literal(100, HOUR));
    let narrow = one("law.race.narrow", Quota::literal(7, HOUR));
    let orders = [vec![wide.clone(), narrow.clone()], vec![narrow, wide.clone()]];
    assert_eq!(race(&limiter, orders).await, 7);
    assert_allowed(&limiter, &[wide], 100 - 7 - 1).await;
}

/// A charge of five takes five units, and is refused where four are left, which stay.
///
/// # Panics
/// The law is broken.
pub async fn a_cost_counts_as_so_many_units(limiter: Arc<dyn Limiter>) {
    let unit = one("law.cost", Quota::literal(9, HOUR));
    let five = [unit.clone().costing(units(5))];
    assert_allowed(&limiter, &five, 4).await;
    assert_denied(&limiter, &five, "law.cost").await;
    assert_allowed(&limiter, &[unit.costing(units(4))], 0).await;
}

/// What can never fit is said to be so, however rich the key, and takes nothing, also from the keys beside it.
///
/// # Panics
/// The law is broken.
pub async fn a_cost_above_the_burst_is_never_paid(limiter: Arc<dyn Limiter>) {
    let beside = one("law.never.beside", Quota::literal(2, HOUR));
    let quota = Quota::literal(3, HOUR);
    for cost in [4, u32::MAX] {
        let dear = one("law.never", quota).costing(units(cost));
        let verdict = measure(&limiter, &[beside.clone(), dear]).await;
        assert_eq!(verdict, Verdict::Unpayable { limit: "law.never" });
    }
    assert_allowed(&limiter, &[beside], 1).await;
    assert_allowed(&limiter, &[one("law.never", quota)], 2).await;
}

/// One key in two charges owes their sum, so that nobody pays once for two.
///
/// # Panics
/// The law is broken.
pub async fn a_key_charged_twice_owes_the_sum(limiter: Arc<dyn Limiter>) {
    let unit = one("law.twice", Quota::literal(5, HOUR));
    let twice = [unit.clone().costing(units(2)), unit.clone().costing(units(2))];
    assert_allowed(&limiter, &twice, 1).await;
    assert_denied(&limiter, &twice, "law.twice").await;
    assert_allowed(&limiter, std::slice::from_ref(&unit), 0).await;
    let too_much = [unit.clone().costing(units(3)), unit.costing(units(3))];
    assert_eq!(measure(&limiter, &too_much).await, Verdict::Unpayable { limit: "law.twice" });
}

/// A spent key leaves another value of its scope, and the same value of another scope, alone.
///
/// # Panics
/// The law is broken.
pub async fn keys_are_independent(limiter: Arc<dyn Limiter>) {
    let once = |scope, text| [Charge::one(Key::text(scope, text), Quota::literal(1, HOUR))];
    assert_allowed(&limiter, &once("law.apart.a", "alice"), 0).await;
    assert_denied(&limiter, &once("law.apart.a", "alice"), "law.apart.a").await;
    assert_allowed(&limiter, &once("law.apart.a", "bob"), 0).await;
    assert_allowed(&limiter, &once("law.apart.b", "alice"), 0).await;
}

/// `remaining` is the least of all keys; a refusal names the key with the longest wait.
///
/// # Panics
/// The law is broken.
pub async fn the_tightest_key_speaks(limiter: Arc<dyn Limiter>) {
    let hourly = one("law.tight.hourly", Quota::literal(1, HOUR));
    let daily = one("law.tight.daily", Quota::literal(1, 24 * HOUR));
    let roomy = one("law.tight.roomy", Quota::literal(9, HOUR));
    assert_allowed(&limiter, &[hourly.clone(), daily.clone(), roomy.clone()], 0).await;
    assert_denied(&limiter, &[hourly.clone(), daily.clone(), roomy.clone()], "law.tight.daily").await;
    assert_denied(&limiter, &[roomy, daily, hourly], "law.tight.daily").await;
}

/// No charges, no refusal.
///
/// # Panics
/// The law is broken.
pub async fn nothing_charged_is_allowed(limiter: Arc<dyn Limiter>) {
    assert_allowed(&limiter, &[], u32::MAX).await;
}

/// After one interval one unit is back; after a long rest the whole burst, and no more than that.
///
/// # Panics
/// The law is broken.
pub async fn units_come_back(limiter: Arc<dyn Limiter>, wait: &impl AsyncFn(Duration)) {
    let unit = [one("law.refill", BRISK)];
    spend(&limiter, &unit).await;
    wait(BRISK.interval()).await;
    assert_allowed(&limiter, &unit, 0).await;
    assert_denied(&limiter, &unit, "law.refill").await;
    wait(2 * BRISK.refill()).await;
    assert_allowed(&limiter, &unit, 1).await;
}

/// Whoever waits exactly as long as it was told gets through.
///
/// # Panics
/// The law is broken.
pub async fn retry_after_is_honest(limiter: Arc<dyn Limiter>, wait: &impl AsyncFn(Duration)) {
    let unit = one("law.honest", BRISK);
    let other = one("law.honest.other", BRISK);
    let both = [unit.clone().costing(units(2)), other];
    assert_allowed(&limiter, &[unit], 1).await;
    match measure(&limiter, &both).await {
        Verdict::Denied { retry_after, .. } => {
            assert!(retry_after > Duration::ZERO && retry_after <= BRISK.refill(), "{retry_after:?}");
            wait(retry_after).await;
        }
        verdict => assert!(matches!(verdict, Verdict::Denied { .. }), "{verdict:?}"),
    }
    assert_allowed(&limiter, &both, 0).await;
}

fn one(scope: &'static str, quota: Quota) -> Charge {
    Charge::one(Key::text(scope, "somebody"), quota)
}

fn units(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)
}

#[expect(clippy::expect_used, reason = "a law suite fails by panic, and a store that fails keeps no law")]
async fn measure(limiter: &Arc<dyn Limiter>, charges: &[Charge]) -> Verdict {
    limiter.measure(charges).await.expect("the limiter decides")
}

async fn assert_allowed(limiter: &Arc<dyn Limiter>, charges: &[Charge], left: u32) {
    let verdict = measure(limiter, charges).await;
    assert!(
        matches!(verdict, Verdict::Allowed { remaining, .. } if remaining == left),
        "expected {left} left for {charges:?}, got {verdict:?}"
    );
}

async fn assert_denied(limiter: &Arc<dyn Limiter>, charges: &[Charge], scope: &str) {
    let verdict = measure(limiter, charges).await;
    assert!(
        matches!(verdict, Verdict::Denied { limit, .. } if limit == scope),
        "expected a refusal by {scope}, got {verdict:?}"
    );
}

/// Spends until refused: exactly the burst.
async fn spend(limiter: &Arc<dyn Limiter>, unit: &[Charge; 1]) {
    for left in (0..unit[0].quota.burst_size()).rev() {
        assert_allowed(limiter, unit, left).await;
    }
    assert_denied(limiter, unit, unit[0].key.scope()).await;
}

/// How many of 64 callers pass that start together; they take `variants` in turn.
#[expect(clippy::expect_used, reason = "a task that panicked has broken a law")]
async fn race<const N: usize>(limiter: &Arc<dyn Limiter>, variants: [Vec<Charge>; N]) -> usize {
    let start = Arc::new(Barrier::new(CALLERS));
    let mut callers = JoinSet::new();
    for charges in variants.iter().cycle().take(CALLERS) {
        let (limiter, start, charges) = (limiter.clone(), start.clone(), charges.clone());
        callers.spawn(async move {
            start.wait().await;
            measure(&limiter, &charges).await
        });
    }
    let mut passed = 0;
    while let Some(verdict) = callers.join_next().await {
        passed += usize::from(matches!(verdict.expect("a caller ends"), Verdict::Allowed { .. }));
    }
    passed
}
