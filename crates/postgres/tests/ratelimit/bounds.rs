use crate::support::{open, raw};
use crate::{code_of, database_and_clock, limiter, passed, passes};
use std::num::NonZeroU32;
use std::time::Duration;
use stockade_core::StoreErrorKind;
use stockade_ratelimit::{Charge, Key, Limiter, Quota};
use stockade_testkit::servers::Database;

async fn rows(database: &Database) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM stockade.limits");
    count.fetch_one(&mut raw(database).await).await.unwrap()
}

#[tokio::test]
async fn flood_of_fresh_keys_stays_under_the_cap_and_does_not_wash_away_a_spent_key() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let limiter = limiter(&database, &clock).await.with_capacity(NonZeroU32::new(100).unwrap());
    assert_eq!(passed(&limiter, &code_of("victim")).await, 5);
    for client in 0..500 {
        assert!(passes(&limiter, &code_of(&client.to_string())).await, "client {client}");
    }
    assert!((99..=102).contains(&rows(&database).await), "a 64th more, and the one that comes next");
    assert_eq!(passed(&limiter, &code_of("victim")).await, 0);
}

#[tokio::test]
async fn keys_that_owe_nothing_are_cleared_away_by_those_that_do() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let limiter = limiter(&database, &clock).await;
    let brief = |client: u32| {
        [Charge::one(Key::text("t", &client.to_string()), Quota::literal(1, Duration::from_secs(1)))]
    };
    for client in 0..200 {
        assert!(passes(&limiter, &brief(client)).await);
    }
    assert_eq!(rows(&database).await, 200);
    clock.advance(Duration::from_secs(1));
    for client in 200..230 {
        assert!(passes(&limiter, &brief(client)).await);
    }
    assert_eq!(rows(&database).await, 30, "30 decisions clear 10 each, for one that they add");
}

#[tokio::test]
async fn a_table_emptied_by_an_operators_hand_counts_right() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let limiter = limiter(&database, &clock).await;
    assert_eq!(passed(&limiter, &code_of("ada")).await, 5);
    sqlx::query("DELETE FROM stockade.limits").execute(&mut raw(&database).await).await.unwrap();
    assert_eq!(rows(&database).await, 0);
    assert_eq!(passed(&limiter, &code_of("ada")).await, 5);
    assert_eq!(rows(&database).await, 1);
}

#[tokio::test]
async fn no_address_lies_in_the_database() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let store = open(&database).await;
    let limiter = store.limiter(clock);
    let long = "é".repeat(10_000);
    for account in ["ada@example.org", "'; DROP TABLE stockade.limits; --", long.as_str()] {
        assert_eq!(passed(&limiter, &code_of(account)).await, 5);
    }
    assert_eq!(rows(&database).await, 3);
    let kept: Vec<Vec<u8>> = sqlx::query_scalar("SELECT key FROM stockade.limits")
        .fetch_all(&mut raw(&database).await)
        .await
        .unwrap();
    assert!(kept.iter().all(|key| key.len() == 16 && !b"ada@example.org".starts_with(&key[..8])));
}

#[tokio::test]
async fn a_bad_row_is_corrupt_and_admits_nobody() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let limiter = limiter(&database, &clock).await;
    assert!(passes(&limiter, &code_of("ada")).await);
    sqlx::query("UPDATE stockade.limits SET paid_up_at = -1")
        .execute(&mut raw(&database).await)
        .await
        .unwrap();
    let error = limiter.measure(&code_of("ada")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
}

#[tokio::test]
async fn downgrade_a_closed_store_admits_nobody() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let store = open(&database).await;
    let limiter = store.limiter(clock);
    store.close().await;
    let error = limiter.measure(&code_of("ada")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
}
