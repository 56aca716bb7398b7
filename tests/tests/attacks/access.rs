//! Reaching for what belongs to somebody else.

use crate::harness::hello::{Hello, Tokens};
use http::Method;
use serde_json::json;
use tokio::task::JoinSet;

#[tokio::test]
async fn asvs_v8_2_2_the_session_of_somebody_else_is_not_found_and_goes_on() {
    let hello = Hello::start();
    let client = hello.client();
    let (ada, eve) = (client.join("ada@example.org").await, client.join("eve@example.org").await);
    let adas = client.session_ids(&ada.access).await.remove(0);
    let end = |id: &str| client.call(Method::DELETE, &format!("/v1/auth/sessions/{id}")).bearer(&eve.access);
    let theirs = end(&adas).send().await.expect_error(404, "not_found").shape();
    let nobodys = end("01a2016a-2eeb-74a4-b787-37772d90c8af").send().await.shape();
    assert_eq!(theirs, nobodys, "whether it exists is not told");
    client.me(&ada.access).await.expect(200);
    client.refresh(&ada.refresh).await.expect(200);
    assert_eq!(client.session_ids(&eve.access).await.len(), 1);
}

#[tokio::test]
async fn asvs_v8_2_1_who_is_not_admin_does_not_read_the_audit_log() {
    let hello = Hello::start();
    let client = hello.client();
    let ada = client.join("ada@example.org").await;
    let eve = client.join("eve@example.org").await;
    let id = client.me(&eve.access).await.json()["id"].as_str().unwrap().to_owned();
    for path in ["/v1/admin/audit".to_owned(), format!("/v1/admin/audit?actor={id}")] {
        let call = client
            .get(&path)
            .bearer(&eve.access)
            .header("x-user-id", "admin")
            .header("x-roles", "admin")
            .header("x-original-url", "/health")
            .header("x-http-method-override", "OPTIONS");
        call.send().await.expect_error(403, "forbidden");
    }
    let denied = client.audit_of_requests(&ada.access, &format!("actor={id}&outcome=denied&"), 2).await;
    assert_eq!(denied.len(), 2, "each denial is on record: {denied:?}");
    assert!(denied.iter().all(|event| event["resource"]["id"] == "/v1/admin/audit"), "{denied:?}");
}

#[tokio::test]
async fn race_thirty_two_first_sign_ups_make_one_admin() {
    let hello = Hello::start();
    let mut racers = JoinSet::new();
    for n in 0..32 {
        let client = hello.client_number(n);
        racers.spawn(async move {
            let email = format!("user{n}@example.org");
            client.sign_up(&email).await.expect(201);
            let tokens = client.login(&email).await;
            (client.me(&tokens.access).await.expect(200).json()["roles"].clone(), tokens)
        });
    }
    let outcomes = racers.join_all().await;
    let (admins, others): (Vec<_>, Vec<_>) =
        outcomes.iter().partition(|(roles, _)| *roles == json!(["admin"]));
    assert_eq!((admins.len(), others.len()), (1, 31));
    assert!(others.iter().all(|(roles, _)| *roles == json!([])));
    let grants = hello.client().audit(&admins[0].1.access, "action=rbac.role_grant&").await;
    assert_eq!(grants.len(), 1);
}

#[tokio::test]
async fn race_sign_ups_with_one_address_make_one_account() {
    let hello = Hello::start();
    let mut racers = JoinSet::new();
    for n in 0..12 {
        let client = hello.client_number(n);
        let email = if n % 2 == 0 { "ada@example.org" } else { "ADA@example.org" };
        racers.spawn(async move { client.sign_up(email).await.status });
    }
    let mut statuses = racers.join_all().await;
    statuses.sort_unstable();
    assert_eq!(
        statuses,
        [vec![201], vec![409; 2], vec![429; 9]].concat(),
        "an address has three tries an hour"
    );
}

#[tokio::test]
async fn race_logins_at_once_leave_no_more_sessions_than_allowed() {
    let hello = Hello::start();
    let client = hello.client();
    let mut pairs: Vec<Tokens> = vec![client.join("ada@example.org").await];
    let mut racers = JoinSet::new();
    for n in 0..9 {
        let client = hello.client_number(n);
        racers.spawn(async move { client.login("ada@example.org").await });
    }
    pairs.extend(racers.join_all().await);
    let mut live = 0;
    for tokens in &pairs {
        live += usize::from(client.me(&tokens.access).await.status == 200);
    }
    assert_eq!(live, 10, "ten sessions are allowed, and ten stand");
}
