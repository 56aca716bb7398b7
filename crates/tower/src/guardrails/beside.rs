//! What an answer holds beside its choices.

use super::path::{self, Room};
use super::settings::Job;
use super::sieve::Sieve;
use serde_json::{Map, Value};
use stockade_guardrails::Direction;

/// What an answer says of itself, each in a word or a number.
const KNOWN: [&str; 8] =
    ["created", "id", "model", "object", "obfuscation", "provider", "service_tier", "system_fingerprint"];

/// A longer word is a text.
const MAX_WORD: usize = 256;

/// Whether some of it had to be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(super) enum Beside {
    Untouched,
    Changed,
    /// Fields were left out as a whole.
    Lacking,
}

/// Judges the fields of an answer, each as it stands. A field that may not pass is left out.
pub(super) fn judge(job: &Job, fields: &mut Map<String, Value>) -> Beside {
    let mut beside = Beside::Untouched;
    fields.retain(|name, value| {
        if is_known(name, value) {
            return true;
        }
        let mut sieve = Sieve::new(job, Direction::Output);
        path::texts(value, Room::Beside, &mut Vec::new(), &mut |_, piece| sieve.piece(piece));
        if let Some(verdict) = sieve.worst.as_ref().filter(|_| sieve.changed || sieve.withholds()) {
            job.watch(Direction::Output, verdict);
        }
        if sieve.withholds() {
            beside = Beside::Lacking;
        } else if sieve.changed && beside == Beside::Untouched {
            beside = Beside::Changed;
        }
        !sieve.withholds()
    });
    beside
}

/// Leaves of the fields so many as have `at_most` bytes together.
pub(super) fn bound(fields: &mut Map<String, Value>, at_most: usize) {
    let mut room = at_most;
    fields.retain(|name, value| {
        let left = room.checked_sub(name.len() + value.to_string().len());
        room = left.unwrap_or(room);
        left.is_some()
    });
}

/// Whether the fields tell of an error, and of nothing else.
pub(super) fn is_error(fields: &Map<String, Value>) -> bool {
    fields.get("error").is_some_and(Value::is_object)
        && fields.iter().all(|(name, value)| match name.as_str() {
            "error" | "usage" => true,
            "choices" => value.is_null(),
            _ => is_known(name, value),
        })
}

fn is_known(name: &str, value: &Value) -> bool {
    KNOWN.contains(&name)
        && match value {
            Value::String(word) => word.len() <= MAX_WORD,
            Value::Array(_) | Value::Object(_) => false,
            Value::Null | Value::Bool(_) | Value::Number(_) => true,
        }
}
