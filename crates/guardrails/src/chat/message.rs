//! One turn of a conversation.

use std::fmt;
use std::str::FromStr;

/// Who speaks, by the names that OpenAI's chat interface made common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChatRole {
    /// The operator: `system`.
    System,
    /// The operator, by the newer name: `developer`.
    Developer,
    /// The person, or the program, that asks: `user`.
    User,
    /// The model: `assistant`.
    Assistant,
    /// What a tool gave back: `tool`, formerly `function`.
    Tool,
}

/// A role that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is one of system, developer, user, assistant and tool")]
pub struct UnknownRole;

impl ChatRole {
    /// Whether a model takes what it says for the operator's orders.
    #[must_use]
    pub fn commands(self) -> bool {
        matches!(self, Self::System | Self::Developer)
    }

    /// The name in requests.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Developer => "developer",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
        }
    }
}

impl FromStr for ChatRole {
    type Err = UnknownRole;

    /// Reads the exact names only: ` System` is another word to one parser and the operator to the next.
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Ok(match text {
            "system" => Self::System,
            "developer" => Self::Developer,
            "user" => Self::User,
            "assistant" => Self::Assistant,
            "tool" | "function" => Self::Tool,
            _ => return Err(UnknownRole),
        })
    }
}

/// One message. Its `Debug` tells sizes, not what was said.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Who speaks.
    pub role: ChatRole,
    /// What is said.
    pub content: String,
    /// Which one of several speakers.
    pub name: Option<String>,
    /// What the model wants to be called.
    pub tool_calls: Vec<ToolCall>,
    /// Which call this is the result of.
    pub tool_call_id: Option<String>,
}

/// A model's wish that a tool be called. Its `Debug` hides the arguments.
#[derive(Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// By which its result is told apart.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments, a JSON object as text.
    pub arguments: String,
}

impl Message {
    /// `content`, said by `role`.
    #[must_use]
    pub fn new(role: ChatRole, content: impl Into<String>) -> Self {
        Self { role, content: content.into(), name: None, tool_calls: Vec::new(), tool_call_id: None }
    }

    /// What a user says.
    #[must_use]
    pub fn user(content: impl Into<String>) -> Self {
        Self::new(ChatRole::User, content)
    }

    /// What the model said.
    #[must_use]
    pub fn assistant(content: impl Into<String>) -> Self {
        Self::new(ChatRole::Assistant, content)
    }

    /// What the operator says.
    #[must_use]
    pub fn system(content: impl Into<String>) -> Self {
        Self::new(ChatRole::System, content)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("role", &self.role)
            .field("bytes", &self.content.len())
            .field("tool_calls", &self.tool_calls)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ToolCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolCall").field("bytes", &self.arguments.len()).finish_non_exhaustive()
    }
}
