//! What comes of asking.

use super::GuardedStream;
use crate::{Action, Change, ChatAnswer, Direction, Verdict};
use std::sync::Arc;

/// What a caller gets.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// The model's answer, after the guards have redacted it.
    Answered {
        /// The answer.
        answer: ChatAnswer,
        /// What the generation policy changed in the request.
        changes: Vec<Change>,
    },
    /// Something else.
    Withheld(Withheld),
}

/// What a caller gets that wants the answer as it comes.
#[must_use]
#[derive(Debug)]
pub enum StreamReply {
    /// The model's answer, guarded while it comes.
    Answering {
        /// The answer.
        stream: GuardedStream,
        /// What the generation policy changed in the request.
        changes: Vec<Change>,
    },
    /// Something else: the model was not asked.
    Withheld(Withheld),
}

/// That something did not pass, and what is said instead.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Withheld {
    /// What was withheld: what the caller said, so that the model was not asked, or what the model said.
    pub direction: Direction,
    /// Why. Its action is [`Action::Block`] or [`Action::Escalate`].
    pub verdict: Verdict,
    /// What to say, in the words of the policy; `None` where it has none.
    pub say: Option<Arc<str>>,
}

impl Withheld {
    /// That `verdict` withholds, if it does.
    pub(in crate::chat) fn by(direction: Direction, verdict: Verdict) -> Result<Self, Verdict> {
        if verdict.action < Action::Block {
            return Err(verdict);
        }
        Ok(Self { direction, say: verdict.answer.clone(), verdict })
    }
}
