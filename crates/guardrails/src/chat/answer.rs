//! What a model says.

use super::ToolCall;
use std::fmt;

/// A whole answer. Its `Debug` tells sizes, not what was said.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ChatAnswer {
    /// What is said.
    pub content: String,
    /// What is to be called.
    pub tool_calls: Vec<ToolCall>,
    /// Why it ended.
    pub finish: FinishReason,
    /// What it cost, where the provider says.
    pub usage: Option<Usage>,
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum FinishReason {
    /// It was complete.
    #[default]
    Stop,
    /// It reached its bound.
    Length,
    /// It waits for the results of its calls.
    ToolCalls,
    /// Something between the model and its reader ended it.
    ContentFilter,
}

/// What an answer cost, in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Usage {
    /// Of the request.
    pub input: u64,
    /// Of the answer.
    pub output: u64,
}

/// One piece of an answer that comes as a stream. Its `Debug` tells sizes, not what was said.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delta {
    /// More text.
    Text(String),
    /// A call, complete: whoever reads the wire puts its pieces together.
    ToolCall(ToolCall),
    /// The last piece but for the usage.
    Finish(FinishReason),
    /// What it cost.
    Usage(Usage),
}

impl ChatAnswer {
    /// A complete answer that only says something.
    #[must_use]
    pub fn text(content: impl Into<String>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }
}

impl Usage {
    /// Both together.
    #[must_use]
    pub fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }
}

impl fmt::Debug for ChatAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatAnswer")
            .field("bytes", &self.content.len())
            .field("tool_calls", &self.tool_calls)
            .field("finish", &self.finish)
            .field("usage", &self.usage)
            .finish()
    }
}

impl fmt::Debug for Delta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.debug_struct("Text").field("bytes", &text.len()).finish(),
            Self::ToolCall(call) => f.debug_tuple("ToolCall").field(call).finish(),
            Self::Finish(reason) => f.debug_tuple("Finish").field(reason).finish(),
            Self::Usage(usage) => f.debug_tuple("Usage").field(usage).finish(),
        }
    }
}
