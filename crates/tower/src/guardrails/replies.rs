//! Answers that no model gave.

use bytes::Bytes;
use serde_json::{Value, json};

/// The form of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filtered {
    /// A message.
    Whole,
    /// A piece of a stream, that says something.
    Says,
    /// A piece of a stream, that ends it.
    Ends,
}

/// A choice that says `text`.
pub(super) fn choice(index: Option<Value>, text: &str, form: Filtered) -> Value {
    let index = index.unwrap_or(json!(0));
    match form {
        Filtered::Whole => json!({
            "index": index,
            "message": {"role": "assistant", "content": text, "refusal": null},
            "logprobs": null,
            "finish_reason": "content_filter",
        }),
        Filtered::Says => json!({"index": index, "delta": {"content": text}, "finish_reason": null}),
        Filtered::Ends => json!({"index": index, "delta": {}, "finish_reason": "content_filter"}),
    }
}

/// An answer to a request that was not passed on.
pub(super) fn whole(model: &str, text: &str) -> Bytes {
    let answer = json!({
        "id": ID,
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [choice(None, text, Filtered::Whole)],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    });
    Bytes::from(answer.to_string())
}

/// The same as a stream.
pub(super) fn streamed(model: &str, text: &str) -> Bytes {
    let piece = |choice: Value| {
        let chunk = json!({
            "id": ID,
            "object": "chat.completion.chunk",
            "created": 0,
            "model": model,
            "choices": [choice],
        });
        format!("data: {chunk}\n\n")
    };
    let begin = json!({"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null});
    let said = choice(None, text, Filtered::Says);
    let end = choice(None, "", Filtered::Ends);
    Bytes::from(format!("{}{}{}data: [DONE]\n\n", piece(begin), piece(said), piece(end)))
}

/// The name of an answer that has none.
const ID: &str = "chatcmpl-guardrails";
