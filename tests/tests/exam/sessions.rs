//! How many devices, and which session a login gives.

use crate::harness::exam::{Backend, Exam, on_each_backend};
use crate::harness::hello::{PASSWORD, Tokens};
use serde_json::json;

on_each_backend!(
    asvs_v7_2_4_fixation_a_login_takes_up_no_session_that_it_is_given,
    one_device_at_a_time_unless_said_otherwise,
    asvs_v7_1_2_the_third_device_ends_the_session_unused_for_longest,
    asvs_v7_5_3_publishing_takes_two_fresh_factors,
    escalation_of_a_student_is_refused_and_on_record,
);

async fn asvs_v7_2_4_fixation_a_login_takes_up_no_session_that_it_is_given(backend: Backend) {
    let exam = Exam::start_with(backend, |launch| {
        launch.args(["--insecure-generous-limits", "--max-sessions", "5"])
    });
    let client = exam.client();
    let mallory = exam.join("mallory@example.org").await;
    let session = client.session_ids(&mallory.access).await.remove(0);
    exam.enter("ada@example.org").await;
    // Her browser has been given what belongs to Mallory.
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let login = client.asking("login", &body).bearer(&mallory.access);
    let login =
        login.header("cookie", format!("session={session}; sid={session}")).header("x-session-id", &session);
    let ada = Tokens::from(&login.send().await.expect(200));
    assert!(!client.session_ids(&ada.access).await.contains(&session));
    assert_eq!(client.me(&mallory.access).await.expect(200).json()["email"], "mallory@example.org");
    assert_eq!(client.me(&ada.access).await.expect(200).json()["email"], "ada@example.org");

    // Signing in once more, and stepping up, give sessions of their own; what is stepped up is gone.
    let again = Tokens::from(&client.asking("login", &body).bearer(&ada.access).send().await.expect(200));
    assert_eq!(client.session_ids(&again.access).await.len(), 2);
    let stepped =
        client.ask_as(&again.access, "reauthenticate", json!({"password": PASSWORD})).await.expect(200);
    let stepped = Tokens::from(&stepped);
    client.me(&again.access).await.expect_error(401, "invalid_token");
    client.refresh(&again.refresh).await.expect_error(401, "invalid_refresh_token");
    client.me(&stepped.access).await.expect(200);
}

async fn one_device_at_a_time_unless_said_otherwise(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    let phone = exam.join("ada@example.org").await;
    let laptop = client.login("ada@example.org").await;
    client.me(&phone.access).await.expect_error(401, "invalid_token");
    client.refresh(&phone.refresh).await.expect_error(401, "invalid_refresh_token");
    client.me(&laptop.access).await.expect(200);
    assert_eq!(client.session_ids(&laptop.access).await.len(), 1);
}

async fn asvs_v7_1_2_the_third_device_ends_the_session_unused_for_longest(backend: Backend) {
    let exam = Exam::start_with(backend, |launch| {
        launch.args(["--insecure-generous-limits", "--max-sessions", "2"])
    });
    let client = exam.client();
    let first = exam.join("ada@example.org").await;
    let second = client.login("ada@example.org").await;
    client.me(&first.access).await.expect(200);
    let first = Tokens::from(&client.refresh(&first.refresh).await.expect(200));
    let third = client.login("ada@example.org").await;
    client.refresh(&second.refresh).await.expect_error(401, "invalid_refresh_token");
    for tokens in [&first, &third] {
        client.me(&tokens.access).await.expect(200);
    }
    assert_eq!(client.session_ids(&third.access).await.len(), 2);
}

async fn asvs_v7_5_3_publishing_takes_two_fresh_factors(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    // The first to sign up runs the house.
    let admin = exam.join("admin@example.org").await;
    let publish = async |access: &str| {
        client.post("/v1/exam/publish").bearer(access).json(&json!({"paper": "logic-1"})).send().await
    };
    let weak = publish(&admin.access).await.expect_error(401, "reauthentication_required");
    let demand = weak.header("www-authenticate");
    assert!(demand.contains("insufficient_user_authentication") && demand.contains("aal2"), "{demand}");
    let (mut app, _) = client.enrol(&admin.access).await;
    let strong = client.login_with("admin@example.org", &mut app).await;
    assert_eq!(publish(&strong.access).await.expect(200).json()["published"], true);
    publish(&strong.access).await.expect_error(409, "published");
}

async fn escalation_of_a_student_is_refused_and_on_record(backend: Backend) {
    let exam = Exam::start_with(backend, |launch| {
        launch.args(["--insecure-generous-limits", "--max-sessions", "5"])
    });
    let client = exam.client();
    let admin = exam.join("admin@example.org").await;
    let student = exam.join("ada@example.org").await;
    let papers = client.get("/v1/exam/papers").bearer(&student.access).send().await.expect(200).json();
    assert_eq!((&papers["roles"], papers["papers"].as_array().unwrap().len()), (&json!(["STUDENT"]), 1));
    let review = |access: &str| {
        client.post("/v1/exam/reviews").bearer(access).json(&json!({"paper": "algebra-1", "points": 7}))
    };
    review(&student.access).send().await.expect_error(403, "forbidden");
    let id = client.me(&student.access).await.json()["id"].as_str().unwrap().to_owned();
    let role = |role: &str| format!("/v1/admin/accounts/{id}/roles/{role}");
    client
        .call(http::Method::PUT, &role("admin"))
        .bearer(&student.access)
        .send()
        .await
        .expect_error(403, "forbidden");

    client.call(http::Method::PUT, &role("reviewer")).bearer(&admin.access).send().await.expect(204);
    client
        .call(http::Method::PUT, &role("king"))
        .bearer(&admin.access)
        .send()
        .await
        .expect_error(400, "invalid_input");
    let reviewer = Tokens::from(&client.refresh(&student.refresh).await.expect(200));
    review(&reviewer.access).send().await.expect(201);
    let papers = client.get("/v1/exam/papers").bearer(&reviewer.access).send().await.expect(200).json();
    assert_eq!(papers["roles"], json!(["REVIEWER", "STUDENT"]));

    // What was taken away is gone with the next token, at the latest; the old one goes within seconds.
    client.call(http::Method::DELETE, &role("reviewer")).bearer(&admin.access).send().await.expect(204);
    let student = client.login("ada@example.org").await;
    review(&student.access).send().await.expect_error(403, "forbidden");
    let grants = client.audit(&admin.access, "action=rbac.role_grant&").await;
    assert!(
        grants
            .iter()
            .any(|event| event["resource"]["id"] == id.as_str() && event["details"]["role"] == "reviewer")
    );
    let denied = client.audit_of_requests(&admin.access, "outcome=denied&", 3).await;
    assert!(denied.iter().any(|event| event["actor"] == id.as_str()), "{denied:?}");
}
