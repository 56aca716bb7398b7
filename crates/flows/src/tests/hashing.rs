use super::*;
use std::num::NonZeroUsize;
use stockade_authn::password::{Password, PasswordHasher, Verification};

fn pool(permits: usize, max_waiting: usize) -> HashPool {
    // Dear enough that the callers below are all there before the first is done.
    let hasher =
        PasswordHasher::new(Argon2Params::default(), Peppers::none(), Arc::new(SystemEntropy)).unwrap();
    let config = HashPoolConfig::new(NonZeroUsize::new(permits).unwrap()).with_max_waiting(max_waiting);
    HashPool::new(hasher, config)
}

fn typed() -> Password {
    Password::new("wrong password".into()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_v15_2_2_flood_past_the_bound_is_turned_away_and_the_rest_is_served() {
    let pool = pool(1, 3);
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let pool = pool.clone();
        callers.spawn(async move { pool.verify(typed(), None).await.unwrap() });
    }
    let outcomes = callers.join_all().await;
    let served = outcomes.iter().filter(|o| matches!(o, Hashed::Done(Verification::Mismatch))).count();
    let busy = outcomes.iter().filter(|o| matches!(o, Hashed::Busy)).count();
    assert!(served >= 4, "one at work and three waiting at least: {served}");
    assert!(busy > 0, "nobody was turned away");
    assert_eq!(served + busy, 200);
    assert!(
        matches!(pool.verify(typed(), None).await.unwrap(), Hashed::Done(_)),
        "every place was given back"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn abandoned_callers_give_their_places_back() {
    let pool = pool(1, 1);
    for _ in 0..20 {
        let working = tokio::spawn({
            let pool = pool.clone();
            async move { pool.verify(typed(), None).await.unwrap() }
        });
        let waiting = tokio::spawn({
            let pool = pool.clone();
            async move { pool.verify(typed(), None).await.unwrap() }
        });
        tokio::task::yield_now().await;
        waiting.abort();
        working.abort();
        let _ = (working.await, waiting.await);
    }
    let mut last = Hashed::Busy;
    for _ in 0..50 {
        last = pool.verify(typed(), None).await.unwrap();
        if last != Hashed::Busy {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(matches!(last, Hashed::Done(_)));
}

#[tokio::test]
async fn asvs_v15_4_4_the_async_thread_is_free_while_a_hash_is_computed() {
    let pool = pool(1, 1);
    let hashing = tokio::spawn(async move { pool.verify(typed(), None).await.unwrap() });
    let mut turns = 0;
    while !hashing.is_finished() {
        tokio::task::yield_now().await;
        turns += 1;
    }
    assert!(turns > 10, "this thread got {turns} turns");
    assert!(matches!(hashing.await.unwrap(), Hashed::Done(_)));
}
