use super::*;

async fn answered(answer: Value) -> Came {
    answered_as("application/json; charset=utf-8", answer.to_string()).await
}

async fn answered_as(media: &str, answer: impl AsRef<[u8]>) -> Came {
    let request = chat(saying(json!({"role": "user", "content": "hi"})).to_string());
    send(&layer(), request, media, Pieces::of(answer.as_ref().chunks(7))).await
}

#[tokio::test]
async fn each_choice_of_an_answer_is_judged_by_itself() {
    let answer = json!({"id": "1", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "fine"}, "finish_reason": "stop", "logprobs": {"content": [1]}},
        {"index": 1, "message": {"role": "assistant", "content": "try Acme Corp"}, "finish_reason": "stop"},
        {"index": 2, "message": {"role": "assistant", "content": "your Rex"}, "finish_reason": "stop", "logprobs": {"content": ["Rex"]}},
        {"index": 3, "message": {"role": "assistant", "content": null, "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{\"a\":\"war\"}"}}]}},
    ], "usage": {"total_tokens": 3}});
    let mut wanted = answer.clone();
    let mut request = saying(json!({"role": "user", "content": "hi"}));
    request["n"] = json!(4);
    let given = Pieces::of([answer.to_string()]);
    let came = send(&layer(), chat(request.to_string()), "application/json", given).await.json();
    let filtered = |index: u8, text: &str| json!({"index": index, "message": {"role": "assistant", "content": text, "refusal": null}, "logprobs": null, "finish_reason": "content_filter"});
    wanted["choices"][1] = filtered(1, "We do not speak of that.");
    wanted["choices"][2]["message"]["content"] = json!("your [REDACTED:pet]");
    wanted["choices"][2]["logprobs"] = Value::Null;
    wanted["choices"][3] = filtered(3, "I cannot help with that.");
    assert_eq!(came, wanted);
}

#[tokio::test]
async fn a_harmless_answer_passes_byte_for_byte() {
    let answer = r#"{ "choices":[ {"message":{"content":"fine"},"own":1.50} ] }"#;
    assert_eq!(answered_as("application/json", answer).await.body, answer.as_bytes());
}

#[tokio::test]
async fn downgrade_an_answer_that_cannot_be_read_does_not_pass() {
    for (media, answer) in [
        ("text/html", r#"{"choices":[{"message":{"content":"acme corp"}}]}"#),
        ("", r#"{"choices":[{"message":{"content":"acme corp"}}]}"#),
        ("application/json", r#"{"choices":[{"message":{"content":"a","content":"b"}}]}"#),
        ("application/json", r#"{"choices":"acme corp"}"#),
        ("application/json", r#"{"output":"acme corp"}"#),
        ("application/json", "{"),
    ] {
        let came = answered_as(media, answer).await;
        assert_eq!(came.status, 503, "{answer}");
        assert!(!String::from_utf8_lossy(&came.body).contains("acme"));
    }
    assert_eq!(answered(json!({"error": {"message": "quota"}})).await.status, 200);
}

#[tokio::test]
async fn flood_an_answer_is_read_up_to_its_bound() {
    let answer = json!({"choices": [{"message": {"content": "x".repeat(500)}}]}).to_string();
    let request = || chat(saying(json!({"role": "user", "content": "hi"})).to_string());
    for (most, status) in [(answer.len() - 1, 503), (answer.len(), 200)] {
        let layer = layer().max_answer(most);
        let came = send(&layer, request(), "application/json", Pieces::of(answer.as_bytes().chunks(9))).await;
        assert_eq!(came.status, status);
    }
}

#[tokio::test]
async fn truncation_an_answer_that_breaks_off_does_not_pass() {
    let mut answer = Pieces::of([r#"{"choices":[]}"#]);
    answer.0.push_back(Err(io::ErrorKind::ConnectionReset));
    let request = chat(saying(json!({"role": "user", "content": "hi"})).to_string());
    assert_eq!(send(&layer(), request, "application/json", answer).await.status, 503);
}

#[tokio::test]
async fn encoded_answers_do_not_pass_and_are_not_asked_for() {
    let asked = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&asked);
    let model = service_fn(move |request: Request<Full<Bytes>>| {
        *seen.lock().unwrap() = Some(request.headers().clone());
        let response =
            Response::builder().header("content-type", "application/json").header("content-encoding", "gzip");
        std::future::ready(Ok::<_, io::Error>(response.body(Pieces::of([r#"{"choices":[]}"#])).unwrap()))
    });
    let mut request = chat(saying(json!({"role": "user", "content": "my rex"})).to_string());
    request.headers_mut().insert("accept-encoding", "gzip".parse().unwrap());
    request.headers_mut().insert("content-length", "5".parse().unwrap());
    let response = layer().layer(model).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 503);
    let headers = asked.lock().unwrap().take().unwrap();
    assert!(!headers.contains_key("accept-encoding"));
    assert_ne!(headers["content-length"], "5");
}

#[tokio::test]
async fn errors_of_the_model_pass_as_they_are() {
    let model = service_fn(async |_: Request<Full<Bytes>>| {
        let response = Response::builder().status(429).header("retry-after", "3");
        Ok::<_, io::Error>(response.body(Pieces::of(["slow down"])).unwrap())
    });
    let request = chat(saying(json!({"role": "user", "content": "hi"})).to_string());
    let response = layer().layer(model).oneshot(request).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (429, &"3".parse().unwrap())
    );
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "slow down");
}
