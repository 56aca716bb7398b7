//! A whole answer.

use super::beside::{self, Beside};
use super::path::{self, Room};
use super::replies::{self, Filtered};
use super::settings::Job;
use super::sieve::Sieve;
use bytes::Bytes;
use serde_json::Value;
use stockade_core::{Problem, ProblemKind};
use stockade_guardrails::{Direction, parse_json};

/// Judges the JSON of an answer, choice by choice, and what stands beside them.
pub(super) fn judge(job: &Job, bytes: Bytes) -> Result<Bytes, Problem> {
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable())?;
    let value = parse_json(text, job.settings.max_answer).map_err(|_| unreadable())?;
    let Value::Object(mut fields) = value else { return Err(unreadable()) };
    let choices = match fields.remove("choices") {
        Some(Value::Array(choices)) => Some(choices),
        // An error says so, and nothing that a model said.
        None | Some(Value::Null) if beside::is_error(&fields) => None,
        _ => return Err(unreadable()),
    };
    let beside = beside::judge(job, &mut fields);
    let mut changed = beside != Beside::Untouched;
    match choices {
        None if beside == Beside::Lacking => return Err(unreadable()),
        None => {}
        // What is said instead of a choice may be longer than it: nobody gets more of them than were asked for.
        Some(choices) if u64::try_from(choices.len()).is_ok_and(|given| given <= job.choices) => {
            let mut choices = choices;
            for choice in &mut choices {
                changed |= replace(job, choice);
            }
            fields.insert("choices".to_owned(), Value::Array(choices));
        }
        Some(_) => return Err(unreadable()),
    }
    match changed {
        true => serde_json::to_vec(&fields).map(Bytes::from).map_err(|_| unreadable()),
        false => Ok(bytes),
    }
}

/// Leaves of a choice what may pass; whether it was changed.
fn replace(job: &Job, choice: &mut Value) -> bool {
    let mut sieve = Sieve::new(job, Direction::Output);
    path::texts(choice, Room::Choice, &mut Vec::new(), &mut |_, piece| sieve.piece(piece));
    if let Some(verdict) = &sieve.worst {
        job.watch(Direction::Output, verdict);
    }
    if sieve.withholds() {
        let index = choice.get("index").filter(|index| index.is_u64()).cloned();
        *choice = replies::choice(index, job.instead(sieve.worst.as_ref()), Filtered::Whole);
    } else if sieve.changed {
        // The tokens of what was taken out.
        if let Some(logprobs) = choice.get_mut("logprobs") {
            *logprobs = Value::Null;
        }
    }
    sieve.withholds() || sieve.changed
}

/// What cannot be looked at does not pass.
pub(super) fn unreadable() -> Problem {
    Problem::new(ProblemKind::Unavailable, "answer_unreadable", "the answer cannot be checked")
}
