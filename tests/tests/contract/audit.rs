//! The audit trail as an administrator reads it.

use crate::harness::hello::Hello;
use serde_json::json;

#[tokio::test]
async fn the_first_account_is_admin_and_the_log_says_so() {
    let hello = Hello::start();
    let client = hello.client();
    let ada = client.join("ada@example.org").await;
    let bob = client.join("bob@example.org").await;
    let id = client.me(&ada.access).await.json()["id"].as_str().unwrap().to_owned();
    assert!(hello.service.stderr().contains(&id), "the operator is told: {}", hello.service.stderr());

    let grants = client.audit(&ada.access, "action=rbac.role_grant&").await;
    assert_eq!(grants.len(), 1, "{grants:?}");
    assert_eq!((&grants[0]["resource"]["id"], &grants[0]["details"]["role"]), (&json!(id), &json!("admin")));
    client.get("/v1/admin/audit").bearer(&bob.access).send().await.expect_error(403, "forbidden");
}

#[tokio::test]
async fn asvs_v16_3_1_successful_and_failed_logins_are_told_apart() {
    let hello = Hello::start();
    let client = hello.client_number(9);
    let ada = client.join("ada@example.org").await;
    client.try_login("ada@example.org", "wrong password").await.expect(401);
    client.try_login("nobody@example.org", "wrong password").await.expect(401);

    let logins = client.audit(&ada.access, "action=auth.login&").await;
    let told: Vec<_> = logins
        .iter()
        .map(|event| (event["outcome"].as_str().unwrap(), event["reason"].as_str().unwrap_or("-")))
        .collect();
    assert_eq!(told, [("failure", "unknown_account"), ("failure", "wrong_password"), ("success", "-")]);
    for event in &logins {
        assert_eq!(event["client"]["ip"], "127.1.0.9", "{event}");
        assert!(event["at"].as_u64().unwrap() > 1_700_000_000_000, "{event}");
        assert!(event["request_id"].is_string(), "{event}");
    }
}

#[tokio::test]
async fn filters_and_pages_show_each_event_once() {
    let hello = Hello::start();
    let client = hello.client();
    let ada = client.join("ada@example.org").await;
    for n in 0..4 {
        hello.client_number(n).join(&format!("user{n}@example.org")).await;
    }
    let id = client.me(&ada.access).await.json()["id"].as_str().unwrap().to_owned();

    let mine = client.audit(&ada.access, &format!("actor={id}&action=auth.login&")).await;
    assert_eq!(mine.len(), 1);
    let signups = client.audit(&ada.access, "action=auth.sign_up&outcome=success&").await;
    assert_eq!(signups.len(), 5);

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/admin/audit?action=auth.sign_up&limit=2{cursor}");
        let page = client.get(&path).bearer(&ada.access).send().await.expect(200).json();
        let events = page["events"].as_array().unwrap();
        assert!(events.len() <= 2);
        seen.extend(events.iter().map(|event| event["sequence"].as_u64().unwrap()));
        // Events that arrive between two pages move nothing.
        hello.client_number(9).sign_up(&format!("late{}@example.org", seen.len())).await.expect(201);
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let expected: Vec<_> = signups.iter().map(|event| event["sequence"].as_u64().unwrap()).collect();
    assert_eq!(seen, expected, "newest first, each once");
}

#[tokio::test]
async fn asvs_v2_2_1_a_filter_that_makes_no_sense_is_refused_and_not_ignored() {
    let hello = Hello::start();
    let client = hello.client();
    let ada = client.join("ada@example.org").await;
    for query in [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=99999999999999999999",
        "limit=ten",
        "cursor=nonsense",
        "cursor=%27%20OR%201%3D1%20--",
        "action=Not%20An%20Action",
        "actor=%00",
        "actor=%FF",
        "outcome=maybe",
        "from=yesterday",
        "unknown=1",
        "limit=1&limit=2",
    ] {
        let answer = client.get(&format!("/v1/admin/audit?{query}")).bearer(&ada.access).send().await;
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
        answer.expect_envelope();
    }
}
