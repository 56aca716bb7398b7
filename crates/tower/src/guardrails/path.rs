//! Texts in JSON, and where they stand.

use serde_json::{Map, Value};

/// One step down.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Key(String),
    /// An item of an array, by the index that it bears, or by its place.
    Item {
        index: Option<Value>,
        place: usize,
        kind: Option<Value>,
    },
}

/// What these hold is for programs: no model reads it, or it is no text.
const NO_TEXT: [&str; 16] = [
    "role",
    "type",
    "id",
    "index",
    "object",
    "tool_call_id",
    "url",
    "data",
    "file_data",
    "file_id",
    "detail",
    "format",
    "finish_reason",
    "native_finish_reason",
    "logprobs",
    "encrypted_content",
];

/// Shows every text in `value` to `look`, with the way to it. JSON that was parsed is nested no deeper than 128.
pub(super) fn texts(value: &mut Value, way: &mut Vec<Step>, look: &mut dyn FnMut(&[Step], &mut String)) {
    match value {
        Value::String(text) => look(way, text),
        Value::Array(items) => {
            for (place, item) in items.iter_mut().enumerate() {
                let of = |key: &str| item.get(key).filter(|value| !value.is_object()).cloned();
                way.push(Step::Item { index: of("index"), place, kind: of("type") });
                texts(item, way, look);
                way.pop();
            }
        }
        Value::Object(entries) => {
            for (key, value) in entries.iter_mut().filter(|(key, _)| !NO_TEXT.contains(&key.as_str())) {
                way.push(Step::Key(key.clone()));
                texts(value, way, look);
                way.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether there is more in it than empty texts and places.
pub(super) fn has_substance(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(has_substance),
        Value::Object(entries) => entries
            .iter()
            .any(|(key, value)| !matches!(key.as_str(), "index" | "type") && has_substance(value)),
    }
}

/// What holds `text` at the end of `way`, and nothing else.
pub(super) fn holding(way: &[Step], text: String) -> Value {
    way.iter().rev().fold(Value::String(text), |inner, step| match step {
        Step::Key(key) => Value::Object(Map::from_iter([(key.clone(), inner)])),
        Step::Item { index, kind, .. } => {
            let mut item = match inner {
                Value::Object(entries) => entries,
                text => return Value::Array(vec![text]),
            };
            for (key, value) in [("index", index), ("type", kind)] {
                if let Some(value) = value {
                    item.insert(key.to_owned(), value.clone());
                }
            }
            Value::Array(vec![Value::Object(item)])
        }
    })
}
