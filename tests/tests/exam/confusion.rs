//! A token of one kind in the place of another.

use crate::harness::exam::{Backend, Exam, on_each_backend};
use crate::harness::hello::PASSWORD;
use serde_json::json;

on_each_backend!(asvs_v9_2_2_confusion_no_token_passes_for_another);

async fn asvs_v9_2_2_confusion_no_token_passes_for_another(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    let mut ada = exam.join_with_app("ada@example.org").await;
    let pending = client.pending("ada@example.org", PASSWORD).await;
    let reset = exam.reset_token("ada@example.org").await;
    let ours = &ada.tokens;
    let key = json!({"name": "script", "scopes": ["paper:read"]});
    let key = client.ask_as(&ours.access, "api-keys", key).await.expect(201).json();
    let key = key["key"].as_str().unwrap().to_owned();

    // As a bearer: the access token and the key are, nothing else is.
    for (what, token) in [("pending", &pending), ("refresh", &ours.refresh), ("reset", &reset)] {
        let answer = client.get("/v1/exam/papers").bearer(token).send().await;
        assert_eq!((answer.status, answer.error_code().as_str()), (401, "invalid_token"), "{what}");
    }
    client.get("/v1/exam/papers").bearer(&key).send().await.expect(200);

    for (what, token) in [("access", &ours.access), ("pending", &pending), ("reset", &reset), ("key", &key)] {
        let answer = client.refresh(token).await;
        assert_eq!((answer.status, answer.error_code().as_str()), (401, "invalid_refresh_token"), "{what}");
    }
    for (what, token) in
        [("access", &ours.access), ("pending", &pending), ("refresh", &ours.refresh), ("key", &key)]
    {
        for answer in [client.confirm_reset(token, PASSWORD).await, client.verify(token).await] {
            assert_eq!((answer.status, answer.error_code().as_str()), (400, "invalid_token"), "{what}");
        }
    }
    client.verify(&reset).await.expect_error(400, "invalid_token");
    let code = ada.app.code().await;
    for (what, token) in
        [("access", &ours.access), ("refresh", &ours.refresh), ("reset", &reset), ("key", &key)]
    {
        let answer = client.complete(token, &code).await;
        assert_eq!((answer.status, answer.error_code().as_str()), (400, "invalid_token"), "{what}");
    }

    // None of it has spent anything: all are still what they are.
    client.complete(&pending, &code).await.expect(200);
    client.confirm_reset(&reset, crate::harness::exam::NEW_PASSWORD).await.expect(204);
}
