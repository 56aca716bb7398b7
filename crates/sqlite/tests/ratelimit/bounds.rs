use crate::support::{Files, raw};
use crate::{clock, code_of, limiter, passed, passes};
use std::num::NonZeroU32;
use std::time::Duration;
use stockade_core::StoreErrorKind;
use stockade_ratelimit::{Charge, Key, Limiter, Quota};

async fn rows(files: &Files) -> i64 {
    let mut file = raw(&files.path("db")).await;
    let counted: i64 = sqlx::query_scalar("SELECT count(*) FROM limits").fetch_one(&mut file).await.unwrap();
    let kept: i64 = sqlx::query_scalar("SELECT keys FROM limits_time").fetch_one(&mut file).await.unwrap();
    assert_eq!(counted, kept);
    counted
}

#[tokio::test]
async fn flood_of_fresh_keys_stays_under_the_cap_and_does_not_wash_away_a_spent_key() {
    let (files, clock) = (Files::new(), clock());
    let limiter = limiter(&files, &clock).await.with_capacity(NonZeroU32::new(100).unwrap());
    assert_eq!(passed(&limiter, &code_of("victim")).await, 5);
    for client in 0..500 {
        assert!(passes(&limiter, &code_of(&client.to_string())).await, "client {client}");
    }
    assert_eq!(rows(&files).await, 100);
    assert_eq!(passed(&limiter, &code_of("victim")).await, 0);
}

#[tokio::test]
async fn keys_that_owe_nothing_are_cleared_away_by_those_that_do() {
    let (files, clock) = (Files::new(), clock());
    let limiter = limiter(&files, &clock).await;
    let brief = |client: u32| {
        [Charge::one(Key::text("t", &client.to_string()), Quota::literal(1, Duration::from_secs(1)))]
    };
    for client in 0..200 {
        assert!(passes(&limiter, &brief(client)).await);
    }
    assert_eq!(rows(&files).await, 200);
    clock.advance(Duration::from_secs(1));
    for client in 200..230 {
        assert!(passes(&limiter, &brief(client)).await);
    }
    assert_eq!(rows(&files).await, 30, "30 decisions clear 10 each, for one that they add");
}

#[tokio::test]
async fn a_table_emptied_by_an_operators_hand_counts_right() {
    let (files, clock) = (Files::new(), clock());
    let limiter = limiter(&files, &clock).await;
    assert_eq!(passed(&limiter, &code_of("ada")).await, 5);
    sqlx::query("DELETE FROM limits").execute(&mut raw(&files.path("db")).await).await.unwrap();
    assert_eq!(rows(&files).await, 0);
    assert_eq!(passed(&limiter, &code_of("ada")).await, 5);
    assert_eq!(rows(&files).await, 1);
}

#[tokio::test]
async fn no_address_lies_in_the_file() {
    let (files, clock) = (Files::new(), clock());
    let store = files.open("db").await;
    let limiter = store.limiter(clock);
    let long = "é".repeat(10_000);
    for account in ["ada@example.org", "'; DROP TABLE limits; --", long.as_str()] {
        assert_eq!(passed(&limiter, &code_of(account)).await, 5);
    }
    assert_eq!(rows(&files).await, 3);
    store.close().await;
    let file = std::fs::read(files.path("db")).unwrap();
    assert!(!file.windows(15).any(|window| window == b"ada@example.org"));
}

#[tokio::test]
async fn a_bad_row_is_corrupt_and_admits_nobody() {
    let (files, clock) = (Files::new(), clock());
    let limiter = limiter(&files, &clock).await;
    assert!(passes(&limiter, &code_of("ada")).await);
    sqlx::query("UPDATE limits SET paid_up_at = -1")
        .execute(&mut raw(&files.path("db")).await)
        .await
        .unwrap();
    let error = limiter.measure(&code_of("ada")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
}

#[tokio::test]
async fn downgrade_a_closed_store_admits_nobody() {
    let (files, clock) = (Files::new(), clock());
    let store = files.open("db").await;
    let limiter = store.limiter(clock);
    store.close().await;
    let error = limiter.measure(&code_of("ada")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
}
