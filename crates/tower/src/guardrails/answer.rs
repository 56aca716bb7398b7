//! A whole answer.

use super::path;
use super::replies::{self, Filtered};
use super::settings::{Job, Sieve};
use bytes::Bytes;
use serde_json::Value;
use stockade_core::{Problem, ProblemKind};
use stockade_guardrails::{Direction, parse_json};

/// Judges the JSON of an answer, choice by choice.
pub(super) fn judge(job: &Job, bytes: Bytes) -> Result<Bytes, Problem> {
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable())?;
    let mut value = parse_json(text, job.settings.max_answer).map_err(|_| unreadable())?;
    let Some(choices) = value.get_mut("choices").and_then(Value::as_array_mut) else {
        // An error says so, and nothing that a model said.
        return if value.get("error").is_some() { Ok(bytes) } else { Err(unreadable()) };
    };
    let mut changed = false;
    for choice in choices {
        let mut sieve = Sieve::new(job, Direction::Output);
        path::texts(choice, &mut Vec::new(), &mut |_, text| sieve.sift(text));
        if let Some(verdict) = &sieve.worst {
            job.watch(Direction::Output, verdict);
        }
        if sieve.withholds() {
            let index = choice.get("index").cloned();
            *choice = replies::choice(index, job.instead(sieve.worst.as_ref()), Filtered::Whole);
            changed = true;
        } else if sieve.changed {
            // The tokens of what was taken out.
            if let Some(logprobs) = choice.get_mut("logprobs") {
                *logprobs = Value::Null;
            }
            changed = true;
        }
    }
    match changed {
        true => serde_json::to_vec(&value).map(Bytes::from).map_err(|_| unreadable()),
        false => Ok(bytes),
    }
}

/// What cannot be looked at does not pass.
pub(super) fn unreadable() -> Problem {
    Problem::new(ProblemKind::Unavailable, "answer_unreadable", "the answer cannot be checked")
}
