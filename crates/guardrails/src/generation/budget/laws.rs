//! What every [`Budget`] must do. A backend runs them all in two lines:
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//! use stockade_core::{ManualClock, UnixMillis};
//! use stockade_guardrails::{MemoryBudget, budget_laws};
//!
//! # tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?.block_on(async {
//! let clock = Arc::new(ManualClock::at(UnixMillis::default()));
//! let store = Arc::new(MemoryBudget::new(1000, Duration::from_secs(2), clock.clone()));
//! budget_laws::all(store, 1000, Duration::from_secs(2), async |span| clock.advance(span)).await;
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! The store gives each subject `allowance` tokens a `window`: at least 64 tokens, and a window in which a law has ended. A backend that reads
//! a clock of its own passes a `wait` that sleeps. The laws call the store from 64 tasks at once, so the caller provides a tokio runtime. Each law takes
//! subjects of its own, `law-budget-…`.

use super::{Budget, Reservation, Ticket};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::SubjectId;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// How many spend at once.
const RACERS: u64 = 64;

/// Every law in turn.
///
/// # Panics
/// A law is broken.
pub async fn all(store: Arc<dyn Budget>, allowance: u64, window: Duration, wait: impl AsyncFn(Duration)) {
    racers_never_exceed_the_allowance(store.clone(), allowance).await;
    racers_that_settle_spend_what_they_spent(store.clone(), allowance).await;
    what_is_not_spent_comes_back(store.clone(), allowance).await;
    what_is_overspent_counts(store.clone(), allowance).await;
    a_ticket_that_is_lost_stays_spent(store.clone(), allowance).await;
    more_than_the_allowance_never_fits(store.clone(), allowance).await;
    subjects_are_independent(store.clone(), allowance).await;
    a_window_ends(store, allowance, window, &wait).await;
}

/// Twenty times over, of 64 wishes for a sixteenth each, sixteen are granted.
///
/// # Panics
/// The law is broken.
pub async fn racers_never_exceed_the_allowance(store: Arc<dyn Budget>, allowance: u64) {
    for round in 0..20 {
        let who = subject(&format!("race-{round}"));
        let start = Arc::new(Barrier::new(64));
        let mut racers = JoinSet::new();
        for _ in 0..RACERS {
            let (store, start, who) = (store.clone(), start.clone(), who.clone());
            racers.spawn(async move {
                start.wait().await;
                matches!(reserve(&store, &who, allowance / 16).await, Reservation::Granted(_))
            });
        }
        let granted = racers.join_all().await.into_iter().filter(|granted| *granted).count() as u64;
        assert_eq!(granted, allowance / (allowance / 16), "round {round}");
    }
}

/// 64 that each reserve a 64th and spend one token leave all but 64.
///
/// # Panics
/// The law is broken.
pub async fn racers_that_settle_spend_what_they_spent(store: Arc<dyn Budget>, allowance: u64) {
    let who = subject("settle-race");
    let start = Arc::new(Barrier::new(64));
    let mut racers = JoinSet::new();
    for _ in 0..RACERS {
        let (store, start, who) = (store.clone(), start.clone(), who.clone());
        racers.spawn(async move {
            start.wait().await;
            let ticket = granted(reserve(&store, &who, allowance / RACERS).await);
            settle(&store, ticket, 1).await;
        });
    }
    let _ = racers.join_all().await;
    assert!(matches!(reserve(&store, &who, allowance - RACERS + 1).await, Reservation::Exhausted { .. }));
    let _ = granted(reserve(&store, &who, allowance - RACERS).await);
}

/// What was set aside and not spent can be spent.
///
/// # Panics
/// The law is broken.
pub async fn what_is_not_spent_comes_back(store: Arc<dyn Budget>, allowance: u64) {
    let who = subject("back");
    let ticket = granted(reserve(&store, &who, allowance).await);
    assert!(matches!(reserve(&store, &who, 1).await, Reservation::Exhausted { .. }));
    settle(&store, ticket, 0).await;
    let _ = granted(reserve(&store, &who, allowance).await);
}

/// More than was set aside counts against the allowance.
///
/// # Panics
/// The law is broken.
pub async fn what_is_overspent_counts(store: Arc<dyn Budget>, allowance: u64) {
    let who = subject("over");
    let ticket = granted(reserve(&store, &who, 1).await);
    settle(&store, ticket, allowance).await;
    assert!(matches!(reserve(&store, &who, 1).await, Reservation::Exhausted { .. }));
}

/// What was set aside and never settled is spent.
///
/// # Panics
/// The law is broken.
pub async fn a_ticket_that_is_lost_stays_spent(store: Arc<dyn Budget>, allowance: u64) {
    let who = subject("lost");
    drop(granted(reserve(&store, &who, allowance).await));
    assert!(matches!(reserve(&store, &who, 1).await, Reservation::Exhausted { .. }));
}

/// More than everything is no matter of time, and takes nothing.
///
/// # Panics
/// The law is broken.
pub async fn more_than_the_allowance_never_fits(store: Arc<dyn Budget>, allowance: u64) {
    let who = subject("never");
    for tokens in [allowance + 1, u64::MAX] {
        assert_eq!(reserve(&store, &who, tokens).await, Reservation::NeverFits);
    }
    let _ = granted(reserve(&store, &who, allowance).await);
}

/// What one spends is not missing for another.
///
/// # Panics
/// The law is broken.
pub async fn subjects_are_independent(store: Arc<dyn Budget>, allowance: u64) {
    let _ = granted(reserve(&store, &subject("one"), allowance).await);
    let _ = granted(reserve(&store, &subject("one.2"), allowance).await);
}

/// Once a window is over the whole allowance is there, and a ticket of the old window changes nothing.
///
/// # Panics
/// The law is broken.
#[expect(clippy::panic, reason = "a law suite fails by panic")]
pub async fn a_window_ends(
    store: Arc<dyn Budget>,
    allowance: u64,
    window: Duration,
    wait: &impl AsyncFn(Duration),
) {
    let who = subject("window");
    let old = granted(reserve(&store, &who, allowance).await);
    match reserve(&store, &who, 1).await {
        Reservation::Exhausted { retry_after } => assert!(retry_after <= window && !retry_after.is_zero()),
        other => panic!("{other:?} of nothing"),
    }
    wait(window).await;
    let _ = granted(reserve(&store, &who, allowance).await);
    settle(&store, old, 0).await;
    assert!(matches!(reserve(&store, &who, 1).await, Reservation::Exhausted { .. }));
}

#[expect(clippy::expect_used, reason = "the subjects of this file are subjects")]
fn subject(name: &str) -> SubjectId {
    format!("law-budget-{name}").parse().expect("a subject")
}

#[expect(clippy::expect_used, reason = "a law suite fails by panic, and a store that fails keeps no law")]
async fn reserve(store: &Arc<dyn Budget>, who: &SubjectId, tokens: u64) -> Reservation {
    store.reserve(who, tokens).await.expect("the store decides")
}

#[expect(clippy::expect_used, reason = "a law suite fails by panic, and a store that fails keeps no law")]
async fn settle(store: &Arc<dyn Budget>, ticket: Ticket, spent: u64) {
    store.settle(ticket, spent).await.expect("the store settles");
}

#[expect(clippy::panic, reason = "a law suite fails by panic")]
fn granted(reservation: Reservation) -> Ticket {
    match reservation {
        Reservation::Granted(ticket) => ticket,
        other => panic!("not granted: {other:?}"),
    }
}
