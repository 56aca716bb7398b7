//! What a client sends.

use super::fields;
use super::path::{self, Piece, Room};
use super::settings::Job;
use super::sieve::Sieve;
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
/// Whose messages there are. Some templates print any other role as it is.
const ROLES: [&str; 5] = ["system", "developer", "user", "assistant", "tool"];
/// So much of earlier turns is read together with the last one.
const MAX_EARLIER: usize = 16 * 1024;

/// Judges the body of a request.
pub(super) fn judge(job: &Job, bytes: Bytes) -> Result<Asked, Problem> {
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed())?;
    let mut value = parse_json(text, job.settings.max_request).map_err(|error| problem(&error))?;
    fields::refuse_twins(&value)?;
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
    for (key, other) in value.as_object_mut().into_iter().flatten() {
        if key != "messages" && !fields::is_setting(key, other) {
            path::texts(other, Room::Request, &mut Vec::new(), &mut |_, piece| sieve.piece(piece));
        }
        if !fields::is_known(key) {
            sieve.weigh(key);
        }
        sieve.names(other);
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
    let (mut earlier, mut turn) = (Vec::new(), Vec::new());
    for (place, message) in messages.iter_mut().enumerate() {
        let role = role(message).ok_or_else(messages_wanted)?;
        if !ROLES.contains(&role.as_str()) {
            return Err(messages_wanted());
        }
        if trusts_system && matches!(&*role, "system" | "developer") {
            continue;
        }
        path::texts(message, Room::Message, &mut Vec::new(), &mut |_, piece| {
            if let Piece::Text(text) | Piece::Call(text) = &piece
                && !text.is_empty()
            {
                match place >= since {
                    true => turn.push(text.to_string()),
                    // What the assistant is said to have said is the client's word as well: no end of a turn is to be trusted.
                    false if role != "assistant" => earlier.push(text.to_string()),
                    false => {}
                }
            }
            sieve.piece(piece);
        });
    }
    let mut room = MAX_EARLIER;
    let mut fits = |text: &String| {
        let left = room.checked_sub(text.len());
        room = left.unwrap_or(0);
        left.is_some()
    };
    let first = earlier.iter().rposition(|text| !fits(text)).map_or(0, |at| at + 1);
    let mut said = earlier.split_off(first);
    said.append(&mut turn);
    // What is forbidden may be said in instalments, and a word may be cut between two.
    if said.len() > 1 {
        sieve.weigh(&said.join(" "));
        if let Some(mended) = mended(&said) {
            sieve.weigh(&mended);
        }
    }
    Ok(())
}

/// The texts one after the other, with nothing between two of which one may end inside a word; nothing if none does.
fn mended(texts: &[String]) -> Option<String> {
    let (mut all, mut cut) = (String::new(), false);
    for text in texts {
        let within =
            all.ends_with(char::is_alphanumeric) && text.chars().next().is_some_and(char::is_alphanumeric);
        cut |= within;
        if !within {
            all.push(' ');
        }
        all.push_str(text);
    }
    cut.then_some(all)
}

fn messages_wanted() -> Problem {
    Problem::invalid_field("messages", "invalid", "it is a list of objects with a known role")
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
