use super::super::relay::Relay;
use super::super::settings::{Job, Settings};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What a client makes of a stream.
#[derive(Debug, Default, PartialEq, Clone)]
struct Heard {
    contents: BTreeMap<u64, String>,
    arguments: BTreeMap<u64, String>,
    finishes: BTreeMap<u64, String>,
    usage: Option<Value>,
    error: Option<Value>,
    named: bool,
    done: bool,
}

fn hear(body: &[u8]) -> Heard {
    let mut heard = Heard::default();
    for event in std::str::from_utf8(body).unwrap().split("\n\n").filter(|event| !event.is_empty()) {
        let named = event.strip_prefix("event: error\n");
        let data = named.unwrap_or(event).strip_prefix("data: ").unwrap();
        assert!(!heard.done, "nothing comes after the end: {data}");
        if data == "[DONE]" {
            heard.done = true;
            continue;
        }
        let chunk: Value = serde_json::from_str(data).unwrap();
        heard.usage = chunk.get("usage").cloned().or(heard.usage);
        heard.error = chunk.get("error").cloned().or(heard.error);
        heard.named |= named.is_some();
        for choice in chunk["choices"].as_array().unwrap_or(&Vec::new()) {
            let index = choice["index"].as_u64().unwrap();
            assert!(!heard.finishes.contains_key(&index), "what has ended says no more: {choice}");
            assert!(choice.get("logprobs").is_none_or(Value::is_null));
            if let Some(text) = choice["delta"]["content"].as_str() {
                heard.contents.entry(index).or_default().push_str(text);
            }
            if let Some(text) = choice["delta"]["tool_calls"][0]["function"]["arguments"].as_str() {
                let call = choice["delta"]["tool_calls"][0]["index"].as_u64().unwrap();
                heard.arguments.entry(call).or_default().push_str(text);
            }
            if let Some(reason) = choice["finish_reason"].as_str() {
                heard.finishes.insert(index, reason.to_owned());
            }
        }
    }
    heard
}

fn chunk(choice: Value) -> String {
    format!(
        "data: {}\n\n",
        json!({"id": "1", "object": "chat.completion.chunk", "created": 7, "model": "m", "choices": [choice]})
    )
}

fn says(index: u64, text: &str) -> String {
    chunk(
        json!({"index": index, "delta": {"content": text}, "logprobs": {"content": [text]}, "finish_reason": null}),
    )
}

fn ends(index: u64) -> String {
    chunk(json!({"index": index, "delta": {}, "finish_reason": "stop"}))
}

fn asked(choices: u64) -> Request<Full<Bytes>> {
    let mut body = saying(json!({"role": "user", "content": "hi"}));
    body["stream"] = json!(true);
    body["n"] = json!(choices);
    chat(body.to_string())
}

async fn relayed(pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Heard {
    relayed_for(1, pieces).await
}

async fn relayed_for(choices: u64, pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Heard {
    hear(&send(&layer(), asked(choices), "text/event-stream; charset=utf-8", Pieces::of(pieces)).await.body)
}

#[tokio::test]
async fn truncation_a_stream_cut_anywhere_is_heard_the_same() {
    let stream = [
        chunk(json!({"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null})),
        ": a comment\r\n\r\n".to_owned(),
        says(0, "my dog r"),
        says(0, "ex, é"),
        says(0, " and T-"),
        says(0, "Re").replace("\n\n", "\r\n\r\n"),
        says(0, "x").replace("\n\n", "\r\r"),
        ends(0),
        "event: x\ndata:{\"choices\":[],\ndata: \"usage\":{\"total_tokens\":9}}\nid: 1\n\n".to_owned(),
        "data: [DONE]\n\n".to_owned(),
    ]
    .concat();
    let whole = relayed([&stream]).await;
    assert_eq!(whole.contents[&0], "my dog [REDACTED:pet], é and T-[REDACTED:pet]");
    assert_eq!(whole.finishes[&0], "stop");
    assert_eq!(whole.usage, Some(json!({"total_tokens": 9})));
    assert!(whole.done);
    for cut in 0..stream.len() {
        assert_eq!(relayed([&stream.as_bytes()[..cut], &stream.as_bytes()[cut..]]).await, whole, "{cut}");
    }
    assert_eq!(relayed(stream.as_bytes().chunks(1)).await, whole);
}

#[tokio::test]
async fn what_is_certain_passes_at_once() {
    let pieces = [says(0, "hello there, "), says(0, "all is well and "), says(0, "so on")];
    let guarded = send(&layer(), asked(1), "text/event-stream", Pieces::of([&pieces[0]])).await;
    assert!(hear(&guarded.body).contents[&0].starts_with("hello there,"));
    let mut relay = relay();
    relay.push(pieces[0].as_bytes());
    assert!(hear(&relay.take().unwrap()).contents[&0].starts_with("hello"));
}

fn relay() -> Relay {
    let settings = Settings {
        guards: guard().into(),
        who: None,
        watch: None,
        refusal: "no".into(),
        max_request: 1000,
        max_answer: 1000,
        trusts_system: false,
    };
    let asker = Asker::default();
    Relay::new(Job { settings: Arc::new(settings), guard: guard(), asker, request_id: None, choices: 1 })
}

#[tokio::test]
async fn a_block_ends_the_stream_with_an_answer() {
    let heard =
        relayed([says(0, "You may buy from ac"), says(0, "me corp, they are good"), says(0, "!"), ends(0)])
            .await;
    assert_eq!(heard.contents[&0], "You may buy from \n\nWe do not speak of that.");
    assert_eq!(heard.finishes[&0], "content_filter");
    assert!(heard.done);
    let at_once = relayed([says(0, "acme corp"), ends(0), "data: [DONE]\n\n".to_owned()]).await;
    assert_eq!(at_once.contents[&0], "We do not speak of that.");
}

#[tokio::test]
async fn choices_have_guards_of_their_own() {
    let stream = [
        says(0, "ac"),
        says(1, "me corp "),
        says(0, "me corp"),
        says(1, "re"),
        says(0, "!"),
        says(1, "x"),
        ends(1),
        "data: [DONE]\n\n".to_owned(),
    ];
    let heard = relayed_for(2, stream).await;
    assert_eq!(heard.contents[&0], "We do not speak of that.");
    assert_eq!(heard.contents[&1], "me corp [REDACTED:pet]");
    assert_eq!((&*heard.finishes[&0], &*heard.finishes[&1]), ("content_filter", "stop"));
    assert!(heard.done);
}

#[tokio::test]
async fn arguments_of_calls_are_judged_and_come_before_the_end() {
    let call = |index: u64, delta: Value| {
        chunk(
            json!({"index": 0, "delta": {"tool_calls": [{"index": index, "function": delta}]}, "finish_reason": null}),
        )
    };
    let stream = [
        chunk(
            json!({"index": 0, "delta": {"role": "assistant", "content": null, "tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "look_up", "arguments": ""}}]}, "finish_reason": null}),
        ),
        call(0, json!({"arguments": "{\"pet\":\"r"})),
        call(1, json!({"name": "b", "arguments": "re"})),
        call(0, json!({"arguments": "ex\"}"})),
        call(1, json!({"arguments": "x"})),
        chunk(json!({"index": 0, "delta": {}, "finish_reason": "tool_calls"})),
    ];
    let heard = relayed(stream).await;
    assert_eq!(heard.arguments[&0], "{\"pet\":\"[REDACTED:pet]\"}");
    assert_eq!(heard.arguments[&1], "[REDACTED:pet]");
    assert_eq!(heard.finishes[&0], "tool_calls");
    let named = relayed([call(0, json!({"name": "war", "arguments": ""}))]).await;
    assert_eq!(named.finishes[&0], "content_filter");
}

#[tokio::test]
async fn truncation_what_was_held_back_comes_where_a_stream_ends_without_saying_so() {
    let heard = relayed([says(0, "a dog: re")]).await;
    assert_eq!((heard.contents[&0].as_str(), heard.done), ("a dog: re", false));
    let heard = relayed([says(0, "a dog: rex").trim_end()]).await;
    assert_eq!(heard.contents[&0], "a dog: [REDACTED:pet]");
}

#[tokio::test]
async fn truncation_of_a_stream_that_breaks_off_nothing_more_is_told() {
    let mut pieces = Pieces::of([says(0, "see acme")]);
    pieces.0.push_back(Err(io::ErrorKind::ConnectionReset));
    let came = send(&layer(), asked(1), "text/event-stream", pieces).await;
    assert!(came.broken);
    assert_eq!(hear(&came.body).contents[&0], "see ");
}

#[tokio::test]
async fn downgrade_events_that_cannot_be_read_end_the_stream() {
    for event in [
        "data: acme corp\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\",\"content\":\"acme corp\"}}]}\n\n",
        "data: {\"choices\":{\"0\":\"acme corp\"}}\n\n",
        "data: {\"choices\":[\"acme corp\"]}\n\n",
        "data: {\"text\":\"acme corp\"}\n\n",
        "data: {\"choices\":[{\"index\":\"0\",\"delta\":{\"content\":\"acme corp\"}}]}\n\n",
        "data: \u{1}{}\n\n",
    ] {
        let heard = relayed([event, &says(0, "more")]).await;
        assert_eq!(heard.error.unwrap()["code"], "answer_unreadable", "{event}");
        assert!(heard.done && heard.contents.is_empty());
    }
    let error = relayed(["data: {\"error\":{\"message\":\"quota\"}}\n\n"]).await;
    assert_eq!(error.error, Some(json!({"message": "quota"})));
}

#[tokio::test]
async fn truncation_an_error_keeps_its_name_and_comes_after_what_was_held_back() {
    let error = "event: error\r\ndata: {\"error\":{\"code\":\"broken\"}}\r\n\r\n";
    let heard = relayed([says(0, "all is wel"), says(0, "l"), error.to_owned()]).await;
    assert!(heard.named);
    assert_eq!((heard.error, heard.contents[&0].as_str()), (Some(json!({"code": "broken"})), "all is well"));
    let held = relayed([says(0, "acme co"), says(0, "rp"), error.to_owned()]).await;
    assert!(
        !held.contents.values().any(|said| said.contains("acme")),
        "what may not pass does not pass for an error"
    );
    let disguised = format!("event: error\n{}", says(0, "acme corp"));
    assert!(!relayed([disguised]).await.contents.values().any(|said| said.contains("acme")));
}

#[tokio::test]
async fn flood_of_choices_or_of_a_long_event_ends_the_stream() {
    let many: String = (0..600).map(|index| says(index, "x")).collect();
    assert!(relayed_for(128, [many]).await.error.is_some());
    let mut relay = relay();
    relay.push(format!("data: {}", "x".repeat(2000)).as_bytes());
    assert!(hear(&relay.take().unwrap()).error.is_some());
    assert!(relay.is_over());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn deltas_and_bytes_of_any_length_are_heard_as_the_whole(
        text in prop::collection::vec(prop::sample::select(vec!["rex", "acme ", "corp", "a", " ", "é", "war", "x. ", "\u{200b}"]), 0..12),
        deltas in prop::collection::vec(1usize..9, 1..6),
        bytes in 1usize..40,
    ) {
        let text = text.concat();
        let whole = guard().check(&text, &stockade_guardrails::Ask::output());
        let (mut stream, mut rest, mut lens) = (String::new(), &*text, deltas.iter().cycle());
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.ceil_char_boundary(*lens.next().unwrap()));
            stream.push_str(&says(0, piece));
            rest = after;
        }
        stream.push_str(&ends(0));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let heard = runtime.block_on(relayed(stream.as_bytes().chunks(bytes)));
        let content = heard.contents.get(&0).cloned().unwrap_or_default();
        if whole.action < stockade_guardrails::Action::Block {
            prop_assert_eq!(content, guard().redact(&text, &whole));
            prop_assert_eq!(&heard.finishes[&0], "stop");
        } else {
            prop_assert_eq!(&heard.finishes[&0], "content_filter");
            let passed = ["We do not speak of that.", "I cannot help with that."].iter().find_map(|said| content.strip_suffix(said));
            let passed = passed.unwrap();
            let passed = passed.strip_suffix("\n\n").unwrap_or(passed);
            let first = whole.findings.iter().filter(|one| one.action > stockade_guardrails::Action::Redact).map(|one| one.span.start).min();
            prop_assert!(guard().redact(&text, &whole).starts_with(passed));
            prop_assert!(passed.len() <= guard().redact(&text[..first.unwrap()], &guard().check(&text[..first.unwrap()], &stockade_guardrails::Ask::output())).len());
        }
    }
}
