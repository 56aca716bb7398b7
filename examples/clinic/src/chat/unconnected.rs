//! The assistant of a clinic that has none.

use stockade::guardrails::{
    ChatAnswer, ChatModel, ChatRequest, ChatRole, ChatStream, ModelError, ModelErrorKind,
};

/// Says that there is no model, and what it would have been asked: so the policies can be tried without one.
pub(super) struct Unconnected;

#[async_trait::async_trait]
impl ChatModel for Unconnected {
    async fn answer(&self, request: &ChatRequest) -> Result<ChatAnswer, ModelError> {
        let asked = request.said_by(ChatRole::User).last().unwrap_or_default();
        Ok(ChatAnswer::text(format!(
            "No model is connected to this clinic: `CLINIC_MODEL_URL` is not set. It would have been asked: {asked}"
        )))
    }

    async fn stream(&self, _: &ChatRequest) -> Result<ChatStream, ModelError> {
        Err(ModelError::new(ModelErrorKind::Unavailable, "the clinic asks for whole answers"))
    }
}
