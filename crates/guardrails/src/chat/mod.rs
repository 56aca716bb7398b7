//! What is said to a model and what it says: the words, the [`ChatModel`] that somebody else implements, and the guard around it.

mod answer;
mod caller;
mod guarded;
mod message;
mod model;
mod request;
#[cfg(test)]
mod tests;

pub use answer::{ChatAnswer, Delta, FinishReason, Usage};
pub use caller::Caller;
pub use guarded::{
    ChatError, GuardSource, GuardedModel, GuardedStream, History, OnFault, Preview, Reply, StreamReply,
    Withheld,
};
pub use message::{ChatRole, Message, ToolCall, UnknownRole};
pub use model::{ChatModel, ChatStream, ModelError, ModelErrorKind};
pub use request::{ChatRequest, ToolDefinition};
