//! Why a request is not passed on.

use super::tool::ToolRefusal;
use stockade_core::{Problem, ProblemKind};

/// Why a policy refuses a request. It says which bound was broken, never with what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// A caller spoke in the operator's name.
    #[error("message {0} claims to be the operator's")]
    CallerSystem(usize),
    /// There is nothing to answer.
    #[error("there is no message of a user")]
    NothingAsked,
    /// More messages than allowed.
    #[error("more than {0} messages")]
    TooManyMessages(usize),
    /// More tokens than allowed, by the estimate.
    #[error("about {estimate} tokens, of which {at_most} are allowed")]
    TooLong {
        /// How many it is thought to have.
        estimate: u64,
        /// How many it may have.
        at_most: u32,
    },
    /// A model that is not on the list.
    #[error("the model is not on the list")]
    Model,
    /// A number that is none, or is negative.
    #[error("`{0}` is no number that makes sense")]
    Number(&'static str),
    /// Stop words that are too many, empty or too long.
    #[error("stop words that are too many, empty or too long")]
    Stops,
    /// A tool that may not be offered.
    #[error(transparent)]
    Tool(#[from] ToolRefusal),
}

impl From<&Refused> for Problem {
    fn from(refused: &Refused) -> Self {
        match refused {
            Refused::CallerSystem(_) => Self::new(
                ProblemKind::Forbidden,
                "system_message_refused",
                "messages of the roles system and developer are not accepted",
            ),
            Refused::Model => {
                Self::new(ProblemKind::Forbidden, "model_not_allowed", "this model may not be asked")
            }
            Refused::Tool(_) => {
                Self::new(ProblemKind::Forbidden, "tool_not_allowed", "a tool of this request is not allowed")
            }
            Refused::TooLong { .. } | Refused::TooManyMessages(_) => {
                Self::new(ProblemKind::TooLarge, "request_too_long", "the conversation is too long")
            }
            Refused::NothingAsked => {
                Self::invalid_field("messages", "nothing_asked", "there is no message of a user")
            }
            Refused::Number(field) => {
                Self::invalid_field(*field, "not_a_number", "this number makes no sense")
            }
            Refused::Stops => Self::invalid_field("stop", "invalid", "too many, empty or too long"),
        }
    }
}
