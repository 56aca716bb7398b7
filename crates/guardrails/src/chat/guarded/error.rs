//! Why nothing can be said at all.

use crate::chat::{ModelError, ModelErrorKind};
use crate::{Refused, ToolRefusal};
use std::time::Duration;
use stockade_core::{EntropyError, Problem, ProblemKind, StoreError};

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChatError {
    /// The generation policy refuses the request.
    #[error("the request is refused")]
    Refused(#[source] Refused),
    /// The caller has spent what it may.
    #[error("the budget is exhausted")]
    Exhausted {
        /// When it has something again; `None` if the request is too large for any budget.
        retry_after: Option<Duration>,
    },
    /// The budget could not decide.
    #[error("the budget cannot decide")]
    Budget(#[source] StoreError),
    /// What was to be recorded is not.
    #[error("the event is not recorded")]
    Audit(#[source] StoreError),
    /// The system gave no randomness.
    #[error("there is no randomness")]
    Entropy(#[from] EntropyError),
    /// The model gave no answer.
    #[error("the model gave no answer")]
    Model(#[source] ModelError),
    /// The model wants a tool called that may not be.
    #[error("the model asked for a call that is not allowed")]
    Tool(#[source] ToolRefusal),
}

impl From<&ChatError> for Problem {
    fn from(error: &ChatError) -> Self {
        match error {
            ChatError::Refused(refused) => refused.into(),
            ChatError::Exhausted { retry_after: Some(after) } => Self::new(
                ProblemKind::TooManyRequests,
                "budget_exhausted",
                "the budget is exhausted, try later",
            )
            .with_retry_after(*after),
            ChatError::Exhausted { retry_after: None } => {
                Self::new(ProblemKind::TooLarge, "over_budget", "the request is larger than any budget")
            }
            ChatError::Budget(error) | ChatError::Audit(error) => error.into(),
            ChatError::Model(error) if error.kind() == ModelErrorKind::Rejected => {
                Self::new(ProblemKind::InvalidInput, "model_rejected", "the model refuses this request")
            }
            ChatError::Entropy(_) | ChatError::Model(_) | ChatError::Tool(_) => Self::unavailable(),
        }
    }
}
