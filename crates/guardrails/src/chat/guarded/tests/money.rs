//! What it costs to be cancelled.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) fn budget(allowance: u64) -> Arc<MemoryBudget> {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1)));
    Arc::new(MemoryBudget::new(allowance, Duration::from_secs(60), clock))
}

pub(super) async fn left(budget: &MemoryBudget, least: u64) -> bool {
    let who: SubjectId = "somebody".parse().unwrap();
    match budget.reserve(&who, least).await.unwrap() {
        Reservation::Granted(ticket) => {
            budget.settle(ticket, 0).await.unwrap();
            true
        }
        _ => false,
    }
}

#[tokio::test]
async fn what_an_answer_cost_is_what_is_spent() {
    let usage = Some(Usage { input: 10, output: 30 });
    let mut house = house(ChatAnswer { usage, ..ChatAnswer::text("x") });
    let budget = budget(2000);
    house.model = house.model.with_budget(budget.clone(), OnFault::Refuse);
    let _ = house.ask("hi").await.unwrap();
    assert!(left(&budget, 1960).await && !left(&budget, 1961).await);
}

#[tokio::test]
async fn a_budget_that_is_spent_keeps_the_model_from_being_asked() {
    for (allowance, never) in [(1500, false), (100, true)] {
        let mut house = house(ChatAnswer::text("x"));
        let budget = budget(allowance);
        let who: SubjectId = "somebody".parse().unwrap();
        let _ = budget.reserve(&who, allowance / 2).await.unwrap();
        house.model = house.model.with_budget(budget, OnFault::Refuse);
        match house.ask("hi").await.unwrap_err() {
            ChatError::Exhausted { retry_after } => assert_eq!(retry_after.is_none(), never),
            other => panic!("{other}"),
        }
        assert_eq!(house.parrot.asked().len(), 0);
        assert_eq!(house.told(), [("guardrails.input".into(), Outcome::Denied)]);
    }
}

#[tokio::test]
async fn exhaustion_hanging_up_is_no_discount() {
    let parrot = Arc::new(Parrot { answer: Mutex::new(None), asked: Mutex::default() });
    let mut house = house_with(parrot, GenerationPolicy::default(), Kept::default());
    let budget = budget(1500);
    house.model = house.model.with_budget(budget.clone(), OnFault::Refuse);
    let cancelled = tokio::time::timeout(Duration::ZERO, house.ask("hi")).await;
    assert!(cancelled.is_err() && house.parrot.asked().len() == 1);
    house.model.settle_cancelled().await;
    assert!(!left(&budget, 1400).await, "the model may have said all that was set aside");
}

#[tokio::test]
async fn partial_write_what_was_cancelled_before_the_model_was_asked_costs_nothing() {
    let stuck = Kept { stuck: true, ..Kept::default() };
    let mut house = house_with(Parrot::saying(ChatAnswer::text("x")), GenerationPolicy::default(), stuck);
    let budget = budget(1500);
    house.model = house.model.with_budget(budget.clone(), OnFault::Refuse);
    assert!(tokio::time::timeout(Duration::ZERO, house.ask("hi")).await.is_err());
    assert!(!left(&budget, 1400).await, "set aside");
    house.model.settle_cancelled().await;
    assert!(left(&budget, 1500).await);
}

/// Grants everything, and counts what is settled; the first it never does.
#[derive(Default)]
struct Slow(AtomicUsize);

#[async_trait::async_trait]
impl Budget for Slow {
    async fn reserve(&self, who: &SubjectId, tokens: u64) -> Result<Reservation, StoreError> {
        Ok(Reservation::Granted(crate::Ticket::new(who.clone(), 1, tokens)))
    }

    async fn settle(&self, _: crate::Ticket, _: u64) -> Result<(), StoreError> {
        if self.0.fetch_add(1, Ordering::Relaxed) == 0 {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn flood_a_request_settles_a_few_for_others_and_a_cancelled_one_takes_one_with_it() {
    let mut house = house(ChatAnswer::text("x"));
    let budget = Arc::new(Slow::default());
    house.model = house.model.with_budget(budget.clone(), OnFault::Refuse);
    let clamped = GenerationPolicy::default().clamp(&ChatRequest::ask("hi")).unwrap();
    let mut bills = Vec::new();
    for _ in 0..40 {
        bills.push(house.model.reserve(&caller(), &clamped).await.unwrap());
    }
    drop(bills);
    let settled = || budget.0.load(Ordering::Relaxed);
    let stuck = tokio::time::timeout(Duration::ZERO, house.model.settle_cancelled()).await;
    assert!(stuck.is_err() && settled() == 1);
    let _ = house.ask("hi").await.unwrap();
    assert_eq!(settled(), 1 + 16 + 1, "the one that stuck, a few, its own");
    house.model.settle_cancelled().await;
    assert_eq!(settled(), 40 + 1);
}

#[tokio::test]
async fn a_model_that_was_not_reached_costs_nothing() {
    for (kind, all_left) in [(ModelErrorKind::Unavailable, true), (ModelErrorKind::Interrupted, false)] {
        let parrot =
            Parrot { answer: Mutex::new(Some(Err(ModelError::new(kind, "down")))), asked: Mutex::default() };
        let mut house = house_with(Arc::new(parrot), GenerationPolicy::default(), Kept::default());
        let budget = budget(1500);
        house.model = house.model.with_budget(budget.clone(), OnFault::Refuse);
        assert!(matches!(house.ask("hi").await, Err(ChatError::Model(_))));
        assert_eq!(left(&budget, 1500).await, all_left);
        assert_eq!(house.told()[1], ("guardrails.output".into(), Outcome::Error));
    }
}

struct Gone;

#[async_trait::async_trait]
impl Budget for Gone {
    async fn reserve(&self, _: &SubjectId, _: u64) -> Result<Reservation, StoreError> {
        Err(StoreError::unavailable("gone"))
    }

    async fn settle(&self, _: crate::Ticket, _: u64) -> Result<(), StoreError> {
        Err(StoreError::unavailable("gone"))
    }
}

#[tokio::test]
async fn a_budget_out_of_reach_is_closed_or_open_as_told() {
    for (on_fault, asked) in [(OnFault::Refuse, 0), (OnFault::CarryOn, 1)] {
        let mut house = house(ChatAnswer::text("x"));
        house.model = house.model.with_budget(Arc::new(Gone), on_fault);
        assert_eq!(house.ask("hi").await.is_ok(), asked == 1);
        assert_eq!(house.parrot.asked().len(), asked);
    }
}
