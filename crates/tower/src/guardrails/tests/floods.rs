//! Upstreams that would have more written than they send.

use super::*;

async fn relayed(choices: u64, stream: &str) -> String {
    let mut request = saying(json!({"role": "user", "content": "hi"}));
    request["stream"] = json!(true);
    request["n"] = json!(choices);
    let came = send(&layer(), chat(request.to_string()), "text/event-stream", Pieces::of([stream])).await;
    String::from_utf8(came.body).unwrap()
}

fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}

#[tokio::test]
async fn flood_what_every_choice_repeats_is_bounded() {
    let choices: Vec<Value> = (0..128).map(|index| json!({"index": index, "a": 1})).collect();
    let flood = event(&json!({"id": "1", "x": "y".repeat(1 << 20), "choices": choices}));
    let heard = relayed(128, &flood).await;
    assert_eq!(heard.matches("data: ").count(), 128);
    assert!(heard.len() < 128 * 100, "{}", heard.len());
}

#[tokio::test]
async fn flood_of_choices_that_nobody_asked_for_ends_the_stream() {
    let says = |index: u64| json!({"index": index, "delta": {"content": "x"}});
    for (choices, given) in [
        (1, vec![says(0), says(0)]),
        (1, vec![says(1)]),
        (2, vec![says(2)]),
        (2, vec![says(u64::MAX)]),
        (1, vec![json!({"index": null, "finish_reason": "stop"})]),
    ] {
        let heard = relayed(choices, &event(&json!({"choices": given}))).await;
        assert!(heard.contains("answer_unreadable") && heard.ends_with("[DONE]\n\n"), "{heard}");
    }
    let many =
        json!({"choices": [{"message": {"content": "acme corp"}}, {"message": {"content": "acme corp"}}]});
    let request = chat(saying(json!({"role": "user", "content": "hi"})).to_string());
    let came = send(&layer(), request, "application/json", Pieces::of([many.to_string()])).await;
    assert_eq!(came.status, 503);
}

#[tokio::test]
async fn flood_of_names_and_kinds_is_not_repeated() {
    let long = "k".repeat(10_000);
    let parts: Vec<Value> =
        (0..100).map(|index| json!({"index": index, "type": &long, "text": "rex"})).collect();
    let kinds = event(&json!({"choices": [{"index": 0, "delta": {"content": parts}}]}));
    // What was sent comes once, and not again with what was held back of each.
    let heard = send_long(&kinds).await;
    assert!(heard < kinds.len() + 100_000, "{heard} of {}", kinds.len());
    let texts: Vec<&str> = vec!["rex"; 100];
    let mut delta = serde_json::Map::new();
    delta.insert(long, json!(texts));
    let heard = relayed(1, &event(&json!({"choices": [{"index": 0, "delta": delta}]}))).await;
    assert!(heard.contains("answer_unreadable") && heard.len() < 1000);
}

async fn send_long(stream: &str) -> usize {
    let layer = layer().max_answer(stream.len());
    let mut request = saying(json!({"role": "user", "content": "hi"}));
    request["stream"] = json!(true);
    let came = send(&layer, chat(request.to_string()), "text/event-stream", Pieces::of([stream])).await;
    came.body.len()
}

#[tokio::test]
async fn flood_of_arguments_is_held_up_to_the_bound_of_an_answer() {
    let call = |text: &str| {
        event(
            &json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": text}}]}}]}),
        )
    };
    let layer = layer().max_answer(1000);
    for (pieces, fails) in [(9, false), (11, true)] {
        let mut request = saying(json!({"role": "user", "content": "hi"}));
        request["stream"] = json!(true);
        let stream = Pieces::of((0..pieces).map(|_| call(&"x".repeat(100))));
        let came = send(&layer, chat(request.to_string()), "text/event-stream", stream).await;
        let text = String::from_utf8(came.body).unwrap();
        assert_eq!(text.contains("answer_unreadable"), fails);
        assert_eq!(text.contains("xxxx"), !fails);
    }
}
