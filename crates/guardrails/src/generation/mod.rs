//! What a model may be asked for, by whom, and how much of it.
//!
//! 1. [`GenerationPolicies`] finds the [`GenerationPolicy`] of the caller's role.
//! 2. [`GenerationPolicy::clamp`] holds a request to it, and tells what was changed.
//! 3. A [`Budget`] reserves what the request may cost at most, before the model is asked.
//! 4. [`ToolPolicy::check_call`] looks at each call that the model asks for.

mod budget;
mod clamp;
mod policy;
mod refusal;
mod roles;
#[cfg(test)]
mod tests;
mod tokens;
mod tool;

#[cfg(any(test, feature = "laws"))]
pub use budget::laws as budget_laws;
pub use budget::{Budget, MemoryBudget, Reservation, Ticket};
pub use clamp::{Change, Clamped};
pub use policy::{CallerSystem, GenerationPolicy, GenerationPolicyError};
pub use refusal::Refused;
pub use roles::GenerationPolicies;
pub use tokens::TokenEstimate;
pub use tool::{
    ArgumentProblem, ArgumentsError, JsonError, Schema, SchemaError, ToolPolicy, ToolRefusal, ToolRule,
    parse_json,
};
