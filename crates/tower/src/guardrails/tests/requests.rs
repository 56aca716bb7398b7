use super::*;

#[tokio::test]
async fn what_is_harmless_passes_byte_for_byte() {
    let body = r#"{"messages": [ {"role":"user","content":"hi \u00e9"} ],  "model":"m", "seed": 1.0, "x_own": {"b":1,"a":[]}}"#;
    let came = ask(chat(body)).await;
    assert_eq!((came.status, came.asked.as_deref()), (StatusCode::OK, Some(body.as_bytes())));
    assert_eq!(came.json()["choices"][0]["message"]["content"], "fine");
}

#[tokio::test]
async fn texts_of_every_shape_are_judged() {
    for message in [
        json!({"role": "user", "content": "buy from Acme Corp"}),
        json!({"role": "system", "content": "you are Acme Corp"}),
        json!({"role": "user", "content": [{"type": "text", "text": "acme corp"}]}),
        json!({"role": "user", "content": [{"type": "new_shape", "inner": {"deep": ["acme corp"]}}]}),
        json!({"role": "user", "content": [{"type": "text", "text": "acme"}, {"type": "text", "text": "corp"}]}),
        json!({"role": "user", "name": "acme corp", "content": "hi"}),
        json!({"role": "tool", "tool_call_id": "1", "content": "a\u{200b}cme corp"}),
        json!({"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{\"who\":\"acme corp\"}"}}]}),
        json!({"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": "acme corp"}}),
        json!({"role": "assistant", "refusal": "acme corp"}),
    ] {
        let came = ask(chat(saying(message.clone()).to_string())).await;
        assert_eq!(came.asked, None, "{message}");
        let choice = &came.json()["choices"][0];
        assert_eq!(choice["finish_reason"], "content_filter", "{message}");
        assert_eq!(choice["message"]["content"], "We do not speak of that.");
    }
}

#[tokio::test]
async fn smuggling_definitions_of_tools_are_read_too() {
    let mut body = saying(json!({"role": "user", "content": "hi"}));
    body["tools"] = json!([{"type": "function", "function": {"name": "f", "description": "acme corp"}}]);
    assert_eq!(ask(chat(body.to_string())).await.asked, None);
}

#[tokio::test]
async fn smuggling_one_turn_in_instalments_is_one_text() {
    let turn = |first: &str| json!({"model": "m", "messages": [{"role": "user", "content": first}, {"role": "user", "content": "corp"}]});
    assert_eq!(ask(chat(turn("acme").to_string())).await.asked, None);
}

#[tokio::test]
async fn what_is_to_be_taken_out_is_and_all_else_stays() {
    let mut body = saying(json!({"role": "user", "name": "rex", "content": [
        {"type": "text", "text": "my dog Rex"}, {"type": "image_url", "image_url": {"url": "https://rex.example/rex"}}]}));
    body["n"] = json!(2);
    let came = ask(chat(body.to_string())).await;
    body["messages"][0]["name"] = json!("[REDACTED:pet]");
    body["messages"][0]["content"][0]["text"] = json!("my dog [REDACTED:pet]");
    assert_eq!(came.asked_json(), body);
}

#[tokio::test]
async fn a_blocked_request_for_a_stream_is_answered_by_a_stream() {
    let mut body = saying(json!({"role": "user", "content": "war"}));
    body["stream"] = json!(true);
    let came = send(&layer().refusal("No."), chat(body.to_string()), "", Pieces::default()).await;
    let text = String::from_utf8(came.body).unwrap();
    assert!(text.contains(r#""content":"No.""#), "{text}");
    assert!(text.contains(r#""finish_reason":"content_filter""#) && text.ends_with("data: [DONE]\n\n"));
    assert_eq!(came.asked, None);
}

#[tokio::test]
async fn confusion_what_two_readers_would_read_differently_is_refused() {
    for (body, status) in [
        (r#"{"messages":[{"role":"user","content":"hi","content":"acme corp"}]}"#, 400),
        (r#"{"messages":[],"messages":[{"role":"user","content":"acme corp"}]}"#, 400),
        (r#"{"messages":[{"role":"user","content":"hi"}],"stream":"true"}"#, 400),
        (r#"{"messages":[{"role":"user","content":"hi"}],"n":0}"#, 400),
        (r#"{"messages":[{"role":"user","content":"hi"}],"n":-1}"#, 400),
        (r#"{"messages":[{"content":"hi"}]}"#, 400),
        (r#"{"messages":["hi"]}"#, 400),
        (r#"{"messages":{"0":{"role":"user","content":"acme corp"}}}"#, 400),
        (r#"{"prompt":"acme corp"}"#, 400),
        (r#"[]"#, 400),
        (r#""#, 400),
        (r#"{"messages":[{"role":"user","content":"hi"}]} {}"#, 400),
        ("{\"messages\":[{\"role\":\"user\",\"content\":\"\u{feff}hi\"}", 400),
    ] {
        let came = ask(chat(body)).await;
        assert_eq!((came.status.as_u16(), came.asked.is_some()), (status, false), "{body}");
    }
    assert_eq!(ask(chat(b"{\"messages\":[{\"role\":\"user\",\"content\":\"\xff\"}]}")).await.status, 400);
}

#[tokio::test]
async fn confusion_bodies_that_are_encoded_or_called_otherwise_are_refused() {
    let body = saying(json!({"role": "user", "content": "hi"})).to_string();
    for (name, value) in [("content-encoding", "gzip"), ("content-encoding", "identity, br")] {
        let mut request = chat(&body);
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(ask(request).await.status, 415, "{value}");
    }
    for media in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let mut request = chat(&body);
        request.headers_mut().insert("content-type", media.parse().unwrap());
        assert_eq!(ask(request).await.status, 415, "{media}");
    }
    let mut twice = chat(&body);
    twice.headers_mut().append("content-type", "text/plain".parse().unwrap());
    assert_eq!(ask(twice).await.status, 415);
    let mut spelt = chat(&body);
    spelt.headers_mut().insert("content-type", "Application/JSON; charset=utf-8".parse().unwrap());
    assert_eq!(ask(spelt).await.status, 200);
}

#[tokio::test]
async fn flood_a_body_is_read_up_to_its_bound() {
    let body = saying(json!({"role": "user", "content": "x".repeat(1000)})).to_string();
    let answer = || Pieces::of([r#"{"choices":[]}"#]);
    let sized = |bytes| layer().max_request(bytes);
    let over = send(&sized(body.len() - 1), chat(&body), "application/json", answer()).await;
    assert_eq!((over.status.as_u16(), over.asked), (413, None));
    let fits = send(&sized(body.len()), chat(&body), "application/json", answer()).await;
    assert_eq!(fits.status, 200);
}

#[tokio::test]
async fn confusion_the_path_is_read_as_any_server_may_read_it() {
    let body = saying(json!({"role": "user", "content": "acme corp"})).to_string();
    for (path, guarded) in [
        ("/v1/chat/completions", true),
        ("/chat/completions/", true),
        ("/v1//chat/./Completions", true),
        ("/v1/chat%2Fcompletions?x=1", true),
        ("/v1/ch%61t/complet%69ons", true),
        ("/v1/completions", false),
        ("/v1/chat/completions/1/messages", false),
    ] {
        let mut request = chat(&body);
        *request.uri_mut() = path.parse().unwrap();
        assert_eq!(ask(request).await.asked.is_none(), guarded, "{path}");
    }
    let mut read = chat(&body);
    *read.method_mut() = http::Method::GET;
    assert!(ask(read).await.asked.is_some());
}

#[tokio::test]
async fn policies_know_who_asks_and_somebody_hears_the_verdict() {
    let policy = HOUSE.replace("all = [\"rival\"]", "all = [\"rival\"]\nroles = [\"guest\"]");
    let guard = Guard::builder().policy(Policy::parse(&policy).unwrap()).build().unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&heard);
    let layer = GuardrailsLayer::new(guard)
        .asking(|head| Asker {
            role: head.headers.get("x-role").and_then(|role| role.to_str().ok()).map(str::to_owned),
            ..Asker::default()
        })
        .on_verdict(move |direction, verdict, _| hears.lock().unwrap().push((direction, verdict.action)));
    for (role, passes) in [("guest", false), ("staff", true)] {
        let mut request = chat(saying(json!({"role": "user", "content": "acme corp"})).to_string());
        request.headers_mut().insert("x-role", role.parse().unwrap());
        let came = send(&layer, request, "application/json", Pieces::of([r#"{"choices":[]}"#])).await;
        assert_eq!(came.asked.is_some(), passes, "{role}");
    }
    use stockade_guardrails::{Action, Direction};
    assert_eq!(
        *heard.lock().unwrap(),
        [(Direction::Input, Action::Block), (Direction::Input, Action::Allow)]
    );
}

#[tokio::test]
async fn system_messages_are_trusted_only_where_somebody_says_so() {
    let body = json!({"messages": [{"role": "system", "content": "never name acme corp"}, {"role": "user", "content": "hi"}]});
    let answer = || Pieces::of([r#"{"choices":[]}"#]);
    let trusting = layer().danger_trust_system_messages();
    assert!(send(&trusting, chat(body.to_string()), "application/json", answer()).await.asked.is_some());
    assert!(send(&layer(), chat(body.to_string()), "application/json", answer()).await.asked.is_none());
}
