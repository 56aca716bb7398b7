//! A model with a guard before it and a guard behind it.

mod arguments;
mod ask;
mod error;
mod input;
mod output;
mod record;
mod reply;
mod said;
mod settle;
mod source;
mod stream;
mod streamed;
#[cfg(test)]
mod tests;

pub use error::ChatError;
pub use reply::{Reply, StreamReply, Withheld};
pub use source::GuardSource;
pub use streamed::GuardedStream;

use super::ChatModel;
use crate::{Budget, GenerationPolicies};
use record::Log;
use settle::Arrears;
use std::fmt;
use std::sync::Arc;
use stockade_core::{Clock, Entropy, Recorder};

/// What happens where something beside the model is out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnFault {
    /// The model is not asked, or its answer not passed on.
    Refuse,
    /// It goes on without.
    CarryOn,
}

/// Which messages of a request are looked at. A caller may have made up all of them, those of the assistant too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum History {
    /// All. What was withheld once withholds each further turn of the conversation, unless the caller leaves it out.
    #[default]
    Suspect,
    /// Those after the last message of the assistant. Only where the service keeps the conversation itself.
    Trust,
}

/// Whether events hold the start of what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preview {
    /// At most 200 characters, redacted first.
    #[default]
    Keep,
    /// Nothing of it; a keyed digest all the same.
    Omit,
}

/// A [`ChatModel`] with everything around it:
///
/// 1. the input guard looks at what the caller sends, and redacts it, or withholds it and says something instead;
/// 2. the [`GenerationPolicy`](crate::GenerationPolicy) of the caller's role holds the request to its bounds;
/// 3. the [`Budget`], if there is one, sets aside what it may cost;
/// 4. the decision is recorded, and the model is asked;
/// 5. the tool policy and the output guard look at the answer;
/// 6. what it did cost is settled, and the outcome recorded.
///
/// [`answer`](Self::answer) gives the answer whole, [`stream`](Self::stream) as it comes.
///
/// Checks that cannot be made are decided by the policies' `on_failure`. Who is out of order beside the model is decided here: budget and
/// recorder [refuse](OnFault::Refuse) unless told otherwise ("no audit, no action").
pub struct GuardedModel<M> {
    model: M,
    guards: GuardSource,
    policies: GenerationPolicies,
    budget: Option<(Arc<dyn Budget>, OnFault)>,
    history: History,
    log: Log,
    arrears: Arc<Arrears>,
}

impl<M: ChatModel> GuardedModel<M> {
    /// `model`, guarded. Every outcome goes to `recorder`.
    pub fn new(
        model: M,
        guards: impl Into<GuardSource>,
        policies: GenerationPolicies,
        recorder: Arc<dyn Recorder>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            model,
            guards: guards.into(),
            policies,
            budget: None,
            history: History::default(),
            log: Log::new(recorder, clock, entropy),
            arrears: Arc::new(Arrears::default()),
        }
    }

    /// Spends from `budget`, by the caller's subject; `on_fault` says what happens where it cannot decide.
    #[must_use]
    pub fn with_budget(self, budget: Arc<dyn Budget>, on_fault: OnFault) -> Self {
        Self { budget: Some((budget, on_fault)), ..self }
    }

    /// What happens where an event cannot be recorded. Default: [`OnFault::Refuse`].
    #[must_use]
    pub fn on_audit_fault(mut self, on_fault: OnFault) -> Self {
        self.log.on_fault = on_fault;
        self
    }

    /// Which messages are looked at.
    #[must_use]
    pub fn history(self, history: History) -> Self {
        Self { history, ..self }
    }

    /// Whether events hold the start of what was said.
    #[must_use]
    pub fn preview(mut self, preview: Preview) -> Self {
        self.log.preview = preview;
        self
    }

    /// The model itself, unguarded.
    #[must_use]
    pub fn danger_unguarded(&self) -> &M {
        &self.model
    }
}

impl<M> fmt::Debug for GuardedModel<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedModel").field("guards", &self.guards).finish_non_exhaustive()
    }
}
