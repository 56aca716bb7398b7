use super::*;
use stockade_core::{Clock, ManualClock, UnixMillis};

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(UnixMillis::from_secs(1_800_000_000)))
}

fn who(name: &str) -> SubjectId {
    name.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_memory_keeps_the_laws() {
    for allowance in [64, 1000, 123_457] {
        let (clock, window) = (clock(), Duration::from_secs(3600));
        let store = Arc::new(MemoryBudget::new(allowance, window, clock.clone()));
        laws::all(store, allowance, window, async |span| clock.advance(span)).await;
    }
}

#[tokio::test]
async fn clock_jump_of_the_wall_neither_opens_nor_closes_a_budget() {
    let clock = clock();
    let budget = MemoryBudget::new(10, Duration::from_secs(60), clock.clone());
    drop(budget.reserve(&who("a"), 10).await);
    for at in [0, u64::MAX] {
        clock.jump_to(UnixMillis::from_millis(at));
        let left = Duration::from_secs(60);
        let again = budget.reserve(&who("a"), 1).await.unwrap();
        assert_eq!(again, Reservation::Exhausted { retry_after: left });
    }
    assert!(clock.monotonic().is_zero());
}

#[tokio::test]
async fn flood_of_subjects_is_refused_until_windows_end() {
    let clock = clock();
    let budget = MemoryBudget::new(10, Duration::from_secs(60), clock.clone());
    for n in 0..MemoryBudget::MAX_SUBJECTS {
        drop(budget.reserve(&who(&format!("s{n}")), 10).await.unwrap());
    }
    assert!(budget.reserve(&who("one-more"), 1).await.is_err());
    let known = budget.reserve(&who("s7"), 1).await.unwrap();
    assert!(matches!(known, Reservation::Exhausted { .. }), "a flood gives nobody a second allowance");
    clock.advance(Duration::from_secs(60));
    assert!(matches!(budget.reserve(&who("one-more"), 1).await.unwrap(), Reservation::Granted(_)));
}

#[tokio::test]
async fn overflow_of_what_is_spent_saturates() {
    let budget = MemoryBudget::new(u64::MAX, Duration::MAX, clock());
    let Reservation::Granted(ticket) = budget.reserve(&who("a"), u64::MAX).await.unwrap() else {
        panic!("not granted")
    };
    budget.settle(ticket, u64::MAX).await.unwrap();
    assert!(matches!(budget.reserve(&who("a"), 1).await.unwrap(), Reservation::Exhausted { .. }));
}
