#![doc = include_str!("../README.md")]

mod action;
mod canary;
mod chat;
mod context;
mod decode;
mod fold;
mod found;
mod generation;
mod guard;
mod lexicon;
#[cfg(feature = "model")]
pub mod model;
mod output;
pub mod pii;
mod policy;
mod rule;
pub mod secrets;
mod span;
mod stream;
pub mod vault;
mod verdict;
mod view;

pub use action::Action;
pub use canary::{CANARY_LEAK, CANARY_LETTERS, Canary, NotACanary};
pub use chat::{
    Caller, ChatAnswer, ChatError, ChatModel, ChatRequest, ChatRole, ChatStream, Delta, FinishReason,
    GuardSource, GuardedModel, GuardedStream, History, Message, ModelError, ModelErrorKind, OnFault, Preview,
    Reply, StreamReply, ToolCall, ToolDefinition, UnknownRole, Usage, Withheld,
};
pub use fold::{Folded, fold};
pub use found::{Found, Kind, resolve};
#[cfg(any(test, feature = "laws"))]
pub use generation::budget_laws;
pub use generation::{
    ArgumentProblem, ArgumentsError, Budget, CallerSystem, Change, Clamped, GenerationPolicies,
    GenerationPolicy, GenerationPolicyError, JsonError, MemoryBudget, Refused, Reservation, Schema,
    SchemaError, Ticket, TokenEstimate, ToolPolicy, ToolRefusal, ToolRule, parse_json,
};
pub use guard::{
    Ask, Direction, Guard, GuardBuilder, GuardError, Guards, MAX_INPUT, MAX_PREVIEW, Reload, ReloadError,
    Scorer, crisis_line, emergency_number,
};
pub use lexicon::{Boundary, Coverage, Cursor, Hit, Lexicon, LexiconError, Term, TermId, Via};
pub use output::{AllowedHosts, HostError, escape_html};
pub use policy::{Applies, MAX_POLICY_BYTES, OnFailure, Policy, PolicyError, TestFailure, TestReport};
pub use span::Span;
pub use stream::{InvalidUtf8, MAX_HELD, StreamEnd, StreamGuard, StreamStep, Utf8Chunks};
pub use verdict::{Failure, FailureCause, Finding, RuleId, Verdict};
