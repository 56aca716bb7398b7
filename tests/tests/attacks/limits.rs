//! Guessing passwords: the limits that the documentation promises, and ways round them that do not work.

use crate::harness::hello::{Hello, PASSWORD};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Budgets flow back, one try in 30 seconds for an address: a test that takes longer would measure that.
const REFILL: Duration = Duration::from_secs(30);

const WRONG: &str = "a wrong password";

#[tokio::test]
async fn asvs_v6_3_1_one_address_gets_exactly_twenty_tries() {
    let (hello, start) = (Hello::start(), Instant::now());
    let client = hello.client_number(1);
    let mut statuses = Vec::new();
    for n in 0..25 {
        let answer = client.try_login(&format!("user{n}@example.org"), WRONG).await;
        if answer.status == 429 {
            let wait: u64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=30).contains(&wait), "{answer:?}");
            answer.clone().expect_error(429, "rate_limited");
        }
        statuses.push(answer.status);
    }
    assert!(start.elapsed() < REFILL, "too slow to be exact");
    assert_eq!(statuses, [vec![401; 20], vec![429; 5]].concat());
    hello.client_number(2).try_login("user0@example.org", WRONG).await.expect(401);
}

#[tokio::test]
async fn asvs_v6_3_1_one_account_gets_exactly_ten_tries_wherever_they_come_from() {
    let (hello, start) = (Hello::start(), Instant::now());
    hello.client().sign_up("ada@example.org").await.expect(201);
    // One address has several spellings.
    let spellings = ["ada@example.org", "ADA@example.org", " ada@EXAMPLE.org "];
    let mut statuses = Vec::new();
    for n in 0..13 {
        statuses.push(hello.client_number(n).try_login(spellings[usize::from(n) % 3], WRONG).await.status);
    }
    assert!(start.elapsed() < REFILL, "too slow to be exact");
    assert_eq!(statuses, [vec![401; 10], vec![429; 3]].concat());
    let owner = hello.client_number(99).try_login("ada@example.org", PASSWORD).await;
    owner.expect_error(429, "rate_limited");
}

#[tokio::test]
async fn asvs_v15_4_2_race_forty_tries_at_once_are_counted_one_by_one() {
    let (hello, start) = (Hello::start(), Instant::now());
    let client = hello.client_number(1);
    let mut racers = JoinSet::new();
    for n in 0..40 {
        let client = client.clone();
        racers.spawn(async move { client.try_login(&format!("user{n}@example.org"), WRONG).await.status });
    }
    let mut statuses = BTreeMap::new();
    for status in racers.join_all().await {
        *statuses.entry(status).or_insert(0) += 1;
    }
    assert!(start.elapsed() < REFILL, "too slow to be exact");
    assert_eq!(statuses, BTreeMap::from([(401, 20), (429, 20)]));
}

#[tokio::test]
async fn asvs_v4_1_3_spoofing_of_proxy_headers_neither_multiplies_tries_nor_shows_in_the_log() {
    let (hello, start) = (Hello::start(), Instant::now());
    let admin = hello.client().join("ada@example.org").await;
    let client = hello.client_number(3);
    let mut statuses = Vec::new();
    for n in 0..22_u8 {
        let spoofed = format!("203.0.113.{n}");
        let body = json!({"email": format!("user{n}@example.org"), "password": WRONG});
        let call = client
            .post("/v1/auth/login")
            .json(&body)
            .header("x-forwarded-for", &spoofed)
            .header("x-forwarded-for", "127.0.0.1")
            .header("forwarded", format!("for={spoofed}"))
            .header("x-real-ip", &spoofed)
            .header("true-client-ip", &spoofed)
            .header("cf-connecting-ip", &spoofed);
        statuses.push(call.send().await.status);
    }
    assert!(start.elapsed() < REFILL, "too slow to be exact");
    assert_eq!(statuses, [vec![401; 20], vec![429; 2]].concat());

    let events = hello.client().audit(&admin.access, "outcome=failure&action=auth.login&").await;
    assert_eq!(events.len(), 20);
    assert!(events.iter().all(|event| event["client"]["ip"] == "127.1.0.3"), "{events:?}");
    let everything = hello.client().audit_of_requests(&admin.access, "action=http.request&", 22).await;
    assert!(!json!(everything).to_string().contains("203.0.113."), "nowhere in the log");
}

#[tokio::test]
async fn flood_of_refused_tries_leaves_few_events() {
    let hello = Hello::start();
    let admin = hello.client().join("ada@example.org").await;
    let client = hello.client_number(4);
    for n in 0..60 {
        client.try_login(&format!("user{n}@example.org"), WRONG).await;
    }
    let limited = hello.client().audit(&admin.access, "action=ratelimit.exceeded&").await;
    assert_eq!(limited.len(), 1, "one event a minute for 40 refusals: {limited:?}");
}
