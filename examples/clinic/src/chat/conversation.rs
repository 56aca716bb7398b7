//! What somebody sends who asks the assistant.

use crate::text;
use serde::{Deserialize, Serialize};
use stockade::core::Problem;
use stockade::guardrails::{ChatRequest, Message};

/// The most turns of a conversation.
const MAX_TURNS: usize = 64;

/// A question, or a conversation that ends with one.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Conversation {
    /// One question; short for `messages` with one turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Turn>,
    /// Whose emergency number is given, as two letters (ISO 3166-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) country: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    role: Speaker,
    content: String,
}

/// Nobody speaks in the clinic's own name: there is no `system`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Speaker {
    User,
    Assistant,
}

impl Conversation {
    /// What a model is asked.
    pub(super) fn to_request(&self) -> Result<ChatRequest, Problem> {
        let messages = match (&self.message, self.messages.as_slice()) {
            (Some(question), []) => vec![Message::user(question)],
            (None, [.., last]) if last.role == Speaker::User => {
                self.messages.iter().map(Turn::to_message).collect()
            }
            (None, [_, ..]) => return Err(wrong("messages", "the last turn has to be the user's")),
            _ => return Err(wrong("message", "send `message`, or else `messages`")),
        };
        if messages.len() > MAX_TURNS {
            return Err(Problem::invalid_field("messages", "too_long", "there are too many turns"));
        }
        let question = messages.last().map_or("", |message| message.content.as_str());
        if question.trim().is_empty() {
            return Err(Problem::invalid_field("message", "empty", "something has to stand here"));
        }
        if messages.iter().map(|message| message.content.len()).sum::<usize>() > text::PAGE {
            return Err(Problem::invalid_field("messages", "too_long", "this is too long"));
        }
        if self.country.as_ref().is_some_and(|code| !is_country(code)) {
            return Err(wrong("country", "a country is two letters"));
        }
        Ok(ChatRequest::new(messages))
    }
}

impl Turn {
    fn to_message(&self) -> Message {
        match self.role {
            Speaker::User => Message::user(&self.content),
            Speaker::Assistant => Message::assistant(&self.content),
        }
    }
}

/// ISO 3166-1 alpha-2, whether assigned or not.
fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn wrong(field: &'static str, why: &'static str) -> Problem {
    Problem::invalid_field(field, "invalid", why)
}
