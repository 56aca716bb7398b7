//! What somebody else implements.

use super::{ChatAnswer, ChatRequest, Delta};
use futures_core::Stream;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// An answer that comes piece by piece. Dropping it cancels it.
pub type ChatStream = Pin<Box<dyn Stream<Item = Result<Delta, ModelError>> + Send>>;

/// A model that can be asked, over whatever wire.
///
/// It is given one request and gives one answer; retries and failover are its own matter. It does not judge what is said: that is done
/// around it, by [`GuardedModel`](super::GuardedModel).
#[async_trait::async_trait]
pub trait ChatModel: Send + Sync {
    /// The whole answer.
    ///
    /// # Errors
    /// There is none.
    async fn answer(&self, request: &ChatRequest) -> Result<ChatAnswer, ModelError>;

    /// The answer as it comes. The stream ends after [`Delta::Finish`] and perhaps [`Delta::Usage`]; one that ends before was cut off.
    ///
    /// # Errors
    /// It has not begun.
    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream, ModelError>;
}

#[async_trait::async_trait]
impl<M: ChatModel + ?Sized> ChatModel for Arc<M> {
    async fn answer(&self, request: &ChatRequest) -> Result<ChatAnswer, ModelError> {
        (**self).answer(request).await
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream, ModelError> {
        (**self).stream(request).await
    }
}

/// A model gave no answer, or no whole one. Opaque on purpose: callers branch on [`kind`](Self::kind), operators read the source.
#[derive(Debug)]
pub struct ModelError {
    kind: ModelErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What the caller can do about a [`ModelError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelErrorKind {
    /// It was not asked: nothing was spent, and a later try may succeed.
    Unavailable,
    /// It was asked, and what came of it is unknown.
    Interrupted,
    /// It refused the request as it stands.
    Rejected,
}

impl ModelError {
    /// A failure of this kind.
    pub fn new(kind: ModelErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, source: Some(source.into()) }
    }

    /// What can be done about it.
    #[must_use]
    pub fn kind(&self) -> ModelErrorKind {
        self.kind
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ModelErrorKind::Unavailable => "the model is out of reach",
            ModelErrorKind::Interrupted => "the model's answer was cut off",
            ModelErrorKind::Rejected => "the model refused the request",
        })
    }
}

impl Error for ModelError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
