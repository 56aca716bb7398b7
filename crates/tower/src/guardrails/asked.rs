//! What a client sends.

use super::path;
use super::settings::{Job, Sieve};
use bytes::Bytes;
use serde_json::Value;
use stockade_core::{Problem, ProblemKind};
use stockade_guardrails::{Direction, JsonError, Verdict, parse_json};

/// What is to become of a request.
pub(super) struct Asked {
    /// How the answer is to come.
    pub(super) streamed: bool,
    pub(super) choices: u64,
    pub(super) model: String,
    pub(super) fate: Fate,
}

pub(super) enum Fate {
    /// It may pass, as it came or without what was taken out.
    Passes(Bytes),
    Withheld(Verdict),
}

/// A name of a model that is repeated to whoever sent it is not longer.
const MAX_MODEL: usize = 128;
/// OpenAI gives no more answers at once.
const MAX_CHOICES: u64 = 128;
/// Beside messages, these hold texts that the model reads.
const READ_TOO: [&str; 5] = ["tools", "functions", "prediction", "response_format", "stop"];

/// Judges the body of a request.
pub(super) fn judge(job: &Job, bytes: Bytes) -> Result<Asked, Problem> {
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed())?;
    let mut value = parse_json(text, job.settings.max_request).map_err(|error| problem(&error))?;
    let streamed = match value.get("stream") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(streamed)) => *streamed,
        Some(_) => return Err(Problem::invalid_field("stream", "invalid", "it is true or false")),
    };
    let choices = match value.get("n") {
        None | Some(Value::Null) => 1,
        Some(number) => number
            .as_u64()
            .filter(|choices| (1..=MAX_CHOICES).contains(choices))
            .ok_or_else(|| Problem::invalid_field("n", "invalid", "it is a number from 1 to 128"))?,
    };
    let model = value.get("model").and_then(Value::as_str).filter(|name| name.len() <= MAX_MODEL);
    let model = model.unwrap_or("unknown").to_owned();
    let mut sieve = Sieve::new(job, Direction::Input);
    let messages = value.get_mut("messages").and_then(Value::as_array_mut).ok_or_else(messages_wanted)?;
    sift(messages, job.settings.trusts_system, &mut sieve)?;
    for key in READ_TOO {
        if let Some(other) = value.get_mut(key) {
            path::texts(other, &mut Vec::new(), &mut |_, text| sieve.sift(text));
        }
    }
    if let Some(verdict) = &sieve.worst {
        job.watch(Direction::Input, verdict);
    }
    let fate = match sieve {
        Sieve { worst: Some(verdict), .. } if verdict.action >= stockade_guardrails::Action::Block => {
            Fate::Withheld(verdict)
        }
        Sieve { changed: false, .. } => Fate::Passes(bytes),
        _ => Fate::Passes(serde_json::to_vec(&value).map(Bytes::from).map_err(|_| Problem::internal())?),
    };
    Ok(Asked { streamed, choices, model, fate })
}

fn sift(messages: &mut [Value], trusts_system: bool, sieve: &mut Sieve<'_>) -> Result<(), Problem> {
    let role = |message: &Value| message.get("role").and_then(Value::as_str).map(str::to_owned);
    let spoken = messages.iter().rposition(|message| role(message).as_deref() == Some("assistant"));
    let since = spoken.map_or(0, |at| at + 1);
    let mut turn: Vec<String> = Vec::new();
    for (place, message) in messages.iter_mut().enumerate() {
        let role = role(message).ok_or_else(messages_wanted)?;
        if trusts_system && matches!(&*role, "system" | "developer") {
            continue;
        }
        path::texts(message, &mut Vec::new(), &mut |_, text| {
            if place >= since && !text.is_empty() {
                turn.push(text.clone());
            }
            sieve.sift(text);
        });
    }
    // What is forbidden may be said in instalments.
    if turn.len() > 1 {
        sieve.weigh(&turn.join(" "));
    }
    Ok(())
}

fn messages_wanted() -> Problem {
    Problem::invalid_field("messages", "invalid", "it is a list of objects with a role")
}

fn malformed() -> Problem {
    Problem::new(ProblemKind::InvalidInput, "malformed_json", "the body is no JSON with one meaning")
}

fn problem(error: &JsonError) -> Problem {
    match error {
        JsonError::TooLong { .. } => too_large(),
        _ => malformed(),
    }
}

pub(super) fn too_large() -> Problem {
    Problem::new(ProblemKind::TooLarge, "body_too_large", "the body is too large")
}
