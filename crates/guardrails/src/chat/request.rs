//! What is asked of a model.

use super::{ChatRole, Message};
use serde_json::Value;
use std::fmt;

/// A request for an answer. Whatever is `None` is left to the provider.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChatRequest {
    /// Which model.
    pub model: Option<String>,
    /// The conversation, the oldest first.
    pub messages: Vec<Message>,
    /// How freely it chooses its words.
    pub temperature: Option<f64>,
    /// The most tokens of one answer.
    pub max_tokens: Option<u32>,
    /// How many answers.
    pub choices: Option<u32>,
    /// Words at which an answer ends.
    pub stop: Vec<String>,
    /// What the model may ask to be called.
    pub tools: Vec<ToolDefinition>,
}

/// A tool that is offered to a model.
#[derive(Clone, PartialEq)]
pub struct ToolDefinition {
    /// By which it is called.
    pub name: String,
    /// What it is for. A model follows what stands here, so it is as good as an order.
    pub description: Option<String>,
    /// The JSON Schema of its arguments.
    pub parameters: Value,
}

impl ChatRequest {
    /// A request with these messages, all else left to the provider.
    #[must_use]
    pub fn new(messages: Vec<Message>) -> Self {
        Self { messages, ..Self::default() }
    }

    /// One question.
    #[must_use]
    pub fn ask(question: impl Into<String>) -> Self {
        Self::new(vec![Message::user(question)])
    }

    /// What was said by `role`, in turn.
    pub fn said_by(&self, role: ChatRole) -> impl Iterator<Item = &str> {
        self.messages.iter().filter(move |message| message.role == role).map(|message| &*message.content)
    }
}

impl fmt::Debug for ToolDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolDefinition").field("name", &self.name).finish_non_exhaustive()
    }
}
