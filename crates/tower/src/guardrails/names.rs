//! Names in JSON: a model reads those of its tools' parameters as it reads what they are said to be for.

use serde_json::{Map, Value};

/// Names that say nothing of their own: those of the protocol and of JSON Schema.
const COMMON: [&str; 44] = [
    "$defs",
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "arguments",
    "const",
    "content",
    "data",
    "default",
    "description",
    "detail",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "file",
    "format",
    "function",
    "id",
    "image_url",
    "input_audio",
    "items",
    "json_schema",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "name",
    "oneOf",
    "parameters",
    "pattern",
    "properties",
    "refusal",
    "required",
    "role",
    "schema",
    "strict",
    "text",
    "title",
    "tool_call_id",
    "tool_calls",
    "type",
];

/// The names of a value.
#[derive(Default)]
pub(super) struct All {
    /// Each with a space before it.
    pub(super) joined: String,
    /// Those that are no single word.
    pub(super) prose: Vec<String>,
}

/// Adds every name in `value` to `all`.
pub(super) fn collect(value: &Value, all: &mut All) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, all)),
        Value::Object(entries) => {
            for (key, value) in entries {
                if !COMMON.contains(&key.as_str()) {
                    all.joined.push(' ');
                    all.joined.push_str(key);
                    if key.contains(char::is_whitespace) {
                        all.prose.push(key.clone());
                    }
                }
                collect(value, all);
            }
        }
        _ => {}
    }
}

/// Gives every name in `value` the form that `form` leaves it in.
pub(super) fn rename(value: &mut Value, form: &mut dyn FnMut(&mut String)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, form)),
        Value::Object(entries) => {
            let mut renamed = Map::new();
            for (mut key, mut value) in std::mem::take(entries) {
                if !COMMON.contains(&key.as_str()) {
                    form(&mut key);
                }
                rename(&mut value, form);
                // Two that came to be called alike both stay.
                while renamed.contains_key(&key) {
                    key.push('\'');
                }
                renamed.insert(key, value);
            }
            *entries = renamed;
        }
        _ => {}
    }
}

/// Whether `name` is one of `known` to whoever folds case as Go's `encoding/json` does, and spelt otherwise: by letter, with the long s and the
/// Kelvin sign. Of two such names the last counts there.
pub(super) fn is_twin(name: &str, known: &[&str]) -> bool {
    let folded = || {
        name.chars().map(|letter| match letter {
            '\u{17f}' => 's',
            '\u{212a}' => 'k',
            other => other.to_ascii_lowercase(),
        })
    };
    !known.contains(&name) && known.iter().any(|known| folded().eq(known.chars()))
}
