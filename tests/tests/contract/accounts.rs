//! Sign-up, login, refresh, logout, sessions.

use crate::harness::hello::{Hello, PASSWORD, Tokens};
use http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn from_sign_up_to_logout() {
    let hello = Hello::start();
    let client = hello.client();
    let created = client.sign_up("ada@example.org").await.expect(201).json();
    client.sign_up("ADA@example.org").await.expect_error(409, "email_taken");

    let login = client.try_login("Ada@Example.org", PASSWORD).await.expect(200);
    let members: Vec<_> = login.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["access_token", "expires_in", "refresh_token", "token_type"]);
    assert_eq!((&login.json()["token_type"], &login.json()["expires_in"]), (&json!("bearer"), &json!(900)));
    let first = Tokens::from(&login);

    let me = client.me(&first.access).await.expect(200).json();
    assert_eq!(me["id"], created["id"]);
    assert_eq!((&me["email"], &me["name"]), (&json!("ada@example.org"), &json!("Somebody")));
    assert_eq!(me["roles"], json!(["admin"]));
    let hi = client.get("/v1/hello").bearer(&first.access).send().await.expect(200).text();
    assert_eq!(hi, format!("hello, {}\n", created["id"].as_str().unwrap()));

    let second = Tokens::from(&client.refresh(&first.refresh).await.expect(200));
    assert_ne!(second.refresh, first.refresh);
    client.me(&second.access).await.expect(200);

    client.logout(&second.refresh).await.expect(204);
    client.me(&second.access).await.expect_error(401, "invalid_token");
    client.refresh(&second.refresh).await.expect_error(401, "invalid_refresh_token");
    client.logout(&second.refresh).await.expect(204);
}

#[tokio::test]
async fn asvs_v7_4_1_logout_all_ends_every_session_at_once() {
    let hello = Hello::start();
    let client = hello.client();
    let (phone, laptop) = (client.join("ada@example.org").await, client.login("ada@example.org").await);
    let other = client.join("bob@example.org").await;
    client.post("/v1/auth/logout-all").bearer(&phone.access).send().await.expect(204);
    for tokens in [&phone, &laptop] {
        client.me(&tokens.access).await.expect_error(401, "invalid_token");
        client.refresh(&tokens.refresh).await.expect_error(401, "invalid_refresh_token");
    }
    client.me(&other.access).await.expect(200);
    client.login("ada@example.org").await;
}

#[tokio::test]
async fn asvs_v7_5_2_sessions_are_listed_with_their_device_and_ended_one_by_one() {
    let hello = Hello::start();
    let client = hello.client();
    let laptop = client.join("ada@example.org").await;
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let on_the_road = hello.client_number(7);
    let phone = on_the_road.post("/v1/auth/login").header("user-agent", "phone/1").json(&body);
    let phone = Tokens::from(&phone.send().await.expect(200));

    let list = client.get("/v1/auth/sessions").bearer(&laptop.access).send().await.expect(200).json();
    let sessions = list["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2, "{list}");
    let on_phone = sessions.iter().find(|session| session["client"]["user_agent"] == "phone/1").unwrap();
    assert_eq!((&on_phone["client"]["ip"], &on_phone["current"]), (&json!("127.1.0.7"), &json!(false)));
    assert_eq!(sessions.iter().filter(|session| session["current"] == json!(true)).count(), 1);

    let id = on_phone["id"].as_str().unwrap();
    let end = || client.call(Method::DELETE, &format!("/v1/auth/sessions/{id}")).bearer(&laptop.access);
    end().send().await.expect(204);
    client.me(&phone.access).await.expect_error(401, "invalid_token");
    client.refresh(&phone.refresh).await.expect_error(401, "invalid_refresh_token");
    client.me(&laptop.access).await.expect(200);
    end().send().await.expect(204);
    assert_eq!(client.session_ids(&laptop.access).await.len(), 1);
    let nonsense = client.call(Method::DELETE, "/v1/auth/sessions/nonsense").bearer(&laptop.access);
    let nonsense = nonsense.send().await.expect_envelope();
    assert!(matches!(nonsense.status, 400 | 404), "{nonsense:?}");
}

#[tokio::test]
async fn asvs_v7_4_3_all_other_sessions_are_ended_at_once_and_that_is_on_record() {
    let hello = Hello::start();
    let client = hello.client();
    let laptop = client.join("admin@example.org").await;
    let others = [client.login("admin@example.org").await, client.login("admin@example.org").await];
    let mallory = client.join("mallory@example.org").await;
    let end = || client.call(Method::DELETE, "/v1/auth/sessions/others").bearer(&laptop.access);
    assert_eq!(end().send().await.expect(200).json(), json!({"ended": 2}));
    for tokens in &others {
        client.me(&tokens.access).await.expect_error(401, "invalid_token");
        client.refresh(&tokens.refresh).await.expect_error(401, "invalid_refresh_token");
    }
    client.me(&mallory.access).await.expect(200);
    assert_eq!(end().send().await.expect(200).json(), json!({"ended": 0}));
    // The access token in hand goes on, and so does what renews it.
    client.me(&laptop.access).await.expect(200);
    let laptop = Tokens::from(&client.refresh(&laptop.refresh).await.expect(200));
    assert_eq!(client.session_ids(&laptop.access).await.len(), 1);
    let audit = client.get("/v1/admin/audit?action=auth.session_revoke_others").bearer(&laptop.access);
    let audit = audit.send().await.expect(200).json();
    assert_eq!(audit["events"].as_array().map(Vec::len), Some(2), "{audit}");
}

#[tokio::test]
async fn asvs_v8_3_1_what_needs_a_token_is_refused_without_one() {
    let hello = Hello::start();
    let client = hello.client();
    let id = "01a2016a-2eeb-74a4-b787-37772d90c8af";
    for (method, path) in [
        (Method::POST, "/v1/auth/logout-all".to_owned()),
        (Method::GET, "/v1/auth/me".to_owned()),
        (Method::GET, "/v1/auth/sessions".to_owned()),
        (Method::DELETE, "/v1/auth/sessions/others".to_owned()),
        (Method::DELETE, format!("/v1/auth/sessions/{id}")),
        (Method::GET, "/v1/admin/audit".to_owned()),
        (Method::GET, "/v1/hello".to_owned()),
    ] {
        let answer = client.call(method, &path).send().await.expect_error(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[tokio::test]
async fn a_broken_sign_up_names_each_broken_field() {
    let hello = Hello::start();
    let body = json!({"name": "", "email": "nobody", "password": "short"});
    let answer = hello.client().post("/v1/auth/signup").json(&body).send().await;
    let answer = answer.expect_error(400, "invalid_input").json();
    let fields: Vec<_> =
        answer["error"]["details"].as_array().unwrap().iter().map(|d| d["field"].clone()).collect();
    assert_eq!(Value::from(fields), json!(["name", "email", "password"]));
}
