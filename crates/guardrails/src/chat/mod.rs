//! What is said to a model and what it says: the words, the [`ChatModel`] that somebody else implements, and the guard around it.

mod message;
mod request;
#[cfg(test)]
mod tests;

pub use message::{ChatRole, Message, ToolCall};
pub use request::{ChatRequest, ToolDefinition};
