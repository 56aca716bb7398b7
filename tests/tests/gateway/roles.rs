//! Who may what, on which device, and the record of it.

use crate::harness::gateway::Gateway;
use crate::harness::hello::Tokens;
use crate::harness::upstream::{Manner, Upstream};
use http::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v8_2_1_escalation_each_role_may_what_those_below_may_and_no_more() {
    let upstream = Upstream::start("a", Manner::Good).await;
    let gateway = Gateway::start(&[&upstream]);
    let admin = gateway.admin().await;
    let client = gateway.client();
    let guest = client.join("guest@example.org").await;
    let viewer = gateway.person(&admin, "viewer").await;
    let user = gateway.person(&admin, "user").await;

    for (who, tokens, watches, asks, orders) in [
        ("guest", &guest, 403, 403, 403),
        ("viewer", &viewer, 200, 403, 403),
        ("user", &user, 200, 200, 403),
        ("admin", &admin, 200, 200, 204),
    ] {
        let access = &tokens.access;
        client.me(access).await.expect(200);
        let watch = client.get("/v1/admin/providers").bearer(access).send().await;
        assert_eq!(watch.status, watches, "{who}");
        assert_eq!(client.completion(access).await.status, asks, "{who}");
        for order in ["force-up", "drain", "force-down", "release", "reset"] {
            assert_eq!(client.order(access, "a", order).await.status, orders, "{who} {order}");
        }
        let id = client.me(access).await.json()["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/admin/accounts/{id}/roles/admin");
        let raised = client.call(Method::PUT, &path).bearer(access).send().await;
        assert_eq!(raised.status == 204, who == "admin", "{who}: {raised:?}");
        // Nobody takes a role off themselves, an administrator neither.
        client.call(Method::DELETE, &path).bearer(access).send().await.expect_error(403, "forbidden");
    }
    assert_eq!(client.post("/v1/chat/completions").send().await.status, 401, "nobody");
    client.get("/health/providers").send().await.expect(200);
    let denied = client.audit_of_requests(&admin.access, "outcome=denied&", 10).await;
    assert!(denied.len() >= 10, "{denied:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v7_5_2_a_person_sees_their_devices_and_ends_them() {
    let upstream = Upstream::start("a", Manner::Good).await;
    let gateway = Gateway::start(&[&upstream]);
    let admin = gateway.admin().await;
    let client = gateway.client();
    let phone = gateway.person(&admin, "user").await;
    let body = json!({"email": "user@example.org", "password": crate::harness::hello::PASSWORD});
    let laptop = client.post("/v1/auth/login").header("user-agent", "Laptop/1").json(&body).send().await;
    let laptop = Tokens::from(&laptop.expect(200));
    let list = client.get("/v1/auth/sessions").bearer(&laptop.access).send().await.expect(200).json();
    let sessions = list["sessions"].as_array().unwrap().clone();
    // The one from before the role was granted, too.
    assert_eq!(sessions.len(), 3, "{list}");
    let current: Vec<_> = sessions.iter().filter(|session| session["current"] == true).collect();
    assert!(current.len() == 1 && current[0]["client"].to_string().contains("Laptop/1"), "{list}");

    // One, then all others, one by one: the phone is out at once, the laptop stays.
    for session in sessions.iter().filter(|session| session["current"] == false) {
        let path = format!("/v1/auth/sessions/{}", session["id"].as_str().unwrap());
        client.call(Method::DELETE, &path).bearer(&admin.access).send().await.expect(404);
        client.call(Method::DELETE, &path).bearer(&laptop.access).send().await.expect(204);
    }
    client.completion(&phone.access).await.expect_error(401, "invalid_token");
    client.refresh(&phone.refresh).await.expect_error(401, "invalid_refresh_token");
    client.completion(&laptop.access).await.expect(200);
    assert_eq!(client.session_ids(&laptop.access).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v16_2_1_an_operator_forces_drains_and_resets_on_record() {
    let a = Upstream::start("a", Manner::Good).await;
    let b = Upstream::start("b", Manner::Good).await;
    let gateway = Gateway::start(&[&a, &b]);
    let admin = gateway.admin().await;
    let client = gateway.client();
    let overlay = async |name: &str| client.provider(&admin.access, name).await["state"]["overlay"].clone();

    client.order(&admin.access, "a", "drain").await.expect(204);
    assert_eq!(overlay("a").await, "draining");
    for _ in 0..20 {
        assert_eq!(client.completion(&admin.access).await.expect(200).header("x-provider"), "b");
    }
    assert_eq!(a.requests(), 0, "nothing new of who is drained");
    client.order(&admin.access, "b", "force-down").await.expect(204);
    client.completion(&admin.access).await.expect_error(503, "unavailable");
    client.order(&admin.access, "a", "reset").await.expect(204);
    assert_eq!(overlay("a").await, json!(null));
    assert_eq!(client.completion(&admin.access).await.expect(200).header("x-provider"), "a");
    client.order(&admin.access, "a", "force-up").await.expect(204);
    assert_eq!(overlay("a").await, "forced_up");
    client.order(&admin.access, "nobody", "reset").await.expect_error(404, "not_found");

    for action in ["drain", "force_down", "reset", "force_up"] {
        let events = client.audit(&admin.access, &format!("action=provider.{action}&")).await;
        assert_eq!(events.len(), 1, "{action}: {events:?}");
        assert!(events[0]["resource"]["id"].is_string() && events[0]["actor"].is_string(), "{events:?}");
    }
}
