#![doc = include_str!("../README.md")]

mod auth_method;
mod client;
mod clock;
mod entropy;
mod event;
mod ids;
mod principal;
mod problem;
mod seal;
mod secret;
mod store_error;
mod text;

pub use auth_method::{Assurance, AuthMethod, AuthMethods};
pub use client::ClientInfo;
pub use clock::{Clock, ManualClock, SystemClock, UnixMillis};
pub use entropy::{Entropy, EntropyError, SystemEntropy};
pub use event::{Action, Detail, Event, EventId, Outcome, Recorder, Resource};
pub use ids::{ApiKeyId, RequestId, RoleName, Scope, SessionId, SubjectId, TenantId};
pub use principal::{Principal, PrincipalKind};
pub use problem::{FieldProblem, Problem, ProblemKind};
pub use seal::{Seal, SealContext, SealError};
pub use secret::Secret;
pub use store_error::{StoreError, StoreErrorKind};
pub use text::{InvalidText, InvalidTextReason};
