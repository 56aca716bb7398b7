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

/// What is walked through, which tells what in it is for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// A message of a request.
    Message,
    /// Anything else of a request: a model may read all of it.
    Request,
    /// A choice of an answer, whole or a piece of it.
    Choice,
    /// What an answer holds beside its choices.
    Beside,
    /// The arguments of a call, read.
    Call,
}

/// Something that somebody reads.
pub(super) enum Piece<'a> {
    Text(&'a mut String),
    /// The arguments of a call: mostly JSON, written into a string.
    Call(&'a mut String),
    /// What programs tell things apart by: an id, a kind, a reason.
    Token(&'a mut String),
    /// A number of so many digits that it may stand for somebody.
    Number(&'a mut Value),
}

/// In parts of messages, what programs read and no model does as text: the part, and what of it.
const MEDIA: [(&str, &str); 6] = [
    ("image_url", "url"),
    ("video_url", "url"),
    ("audio_url", "url"),
    ("input_audio", "data"),
    ("file", "file_data"),
    ("file", "file_id"),
];

/// Names of tokens in messages and choices.
const TOKENS: [&str; 9] = [
    "role",
    "type",
    "id",
    "tool_call_id",
    "detail",
    "format",
    "finish_reason",
    "native_finish_reason",
    "object",
];

/// Where words of the protocol stand.
const WORDED: [&str; 4] = ["role", "type", "object", "finish_reason"];
/// Words of the protocol and of JSON Schema. Wherever they stand nobody says anything by them that a policy could mean.
const WORDS: [&str; 25] = [
    "array",
    "assistant",
    "boolean",
    "content_filter",
    "developer",
    "file",
    "function",
    "function_call",
    "image_url",
    "input_audio",
    "integer",
    "json_object",
    "json_schema",
    "length",
    "null",
    "number",
    "object",
    "refusal",
    "stop",
    "string",
    "system",
    "text",
    "tool",
    "tool_calls",
    "user",
];

/// A longer token is a text.
const MAX_TOKEN: usize = 256;
/// A longer kind of an item is not repeated with each of its pieces.
const MAX_KIND: usize = 64;
/// The shortest numbers that any detector knows have so many digits.
const FEWEST_DIGITS: usize = 7;

/// Shows every text in `value` to `look`, with the way to it. JSON that was parsed is nested no deeper than 128.
pub(super) fn texts(
    value: &mut Value,
    room: Room,
    way: &mut Vec<Step>,
    look: &mut dyn FnMut(&[Step], Piece<'_>),
) {
    match value {
        Value::String(text) => match form(room, way, text) {
            Form::Text => look(way, Piece::Text(text)),
            Form::Call => look(way, Piece::Call(text)),
            Form::Token => look(way, Piece::Token(text)),
            Form::Medium | Form::Word => {}
        },
        Value::Array(items) => {
            for (place, item) in items.iter_mut().enumerate() {
                let index = item.get("index").filter(|index| index.is_u64()).cloned();
                let short = |kind: &&Value| kind.as_str().is_some_and(|kind| kind.len() <= MAX_KIND);
                let kind = item.get("type").filter(short).cloned();
                way.push(Step::Item { index, place, kind });
                texts(item, room, way, look);
                way.pop();
            }
        }
        Value::Object(entries) => {
            for (key, value) in entries.iter_mut() {
                // The very tokens of the texts beside it, for programs.
                if room == Room::Choice && way.is_empty() && key == "logprobs" {
                    continue;
                }
                way.push(Step::Key(key.clone()));
                texts(value, room, way, look);
                way.pop();
            }
        }
        Value::Number(number) => {
            let said = match room {
                Room::Message | Room::Call => true,
                Room::Request => !way.is_empty(),
                Room::Choice => way.iter().any(|step| is_key(step, "arguments")),
                Room::Beside => false,
            };
            if said && number.to_string().bytes().filter(u8::is_ascii_digit).count() >= FEWEST_DIGITS {
                look(way, Piece::Number(value));
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

enum Form {
    Text,
    Call,
    Token,
    /// An image, a sound, a file, or a link to one; thoughts that are sealed.
    Medium,
    /// A word of the protocol, as it has to be.
    Word,
}

fn form(room: Room, way: &[Step], text: &str) -> Form {
    match way {
        [.., Step::Key(key)] if WORDED.contains(&key.as_str()) && WORDS.contains(&text) => Form::Word,
        _ if !matches!(room, Room::Message | Room::Choice) => Form::Text,
        [.., Step::Key(key)] if key == "arguments" => Form::Call,
        [.., Step::Key(part), Step::Key(url)] if part == "image_url" && url == "url" && is_picture(text) => {
            Form::Medium
        }
        [_, Step::Key(thoughts), Step::Item { .. }, Step::Key(key)]
            if room == Room::Choice
                && thoughts == "reasoning_details"
                && matches!(key.as_str(), "data" | "signature")
                && text.bytes().all(is_base64) =>
        {
            Form::Medium
        }
        [Step::Key(content), Step::Item { .. }, Step::Key(part), Step::Key(key)]
            if room == Room::Message && content == "content" && MEDIA.contains(&(part, key)) =>
        {
            Form::Medium
        }
        [Step::Key(_), Step::Key(audio), Step::Key(data)]
            if room == Room::Choice && audio == "audio" && data == "data" =>
        {
            Form::Medium
        }
        [.., Step::Key(key)] if TOKENS.contains(&key.as_str()) && text.len() <= MAX_TOKEN => {
            let said = way.iter().any(|step| is_key(step, "arguments"));
            if said { Form::Text } else { Form::Token }
        }
        _ => Form::Text,
    }
}

/// The very bytes of a picture, and no link to one.
fn is_picture(text: &str) -> bool {
    let media = text.strip_prefix("data:image/").and_then(|rest| rest.split_once(";base64,"));
    media.is_some_and(|(media, data)| {
        media.len() <= MAX_KIND
            && media.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'))
            && data.bytes().all(is_base64)
    })
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

fn is_key(step: &Step, name: &str) -> bool {
    matches!(step, Step::Key(key) if key == name)
}

/// How many bytes of names a way has.
pub(super) fn length(way: &[Step]) -> usize {
    way.iter().map(|step| if let Step::Key(key) = step { key.len() } else { 0 }).sum()
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
