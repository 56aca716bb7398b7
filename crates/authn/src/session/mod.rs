//! Sessions: one login on one device, renewed by refresh tokens, ended by many hands.
//!
//! A session is also a refresh-token **family**. Renewing it is one atomic decision of the store, [`SessionStore::rotate`]; a
//! copy of a spent token ends the session and, with it, every access token that belongs to it.
//!
//! ## How fast an ending takes effect
//!
//! Access tokens are judged without asking the store in the common case: [`Sessions`] remembers the standing of a session for
//! [`SessionConfig::max_staleness`] (5 seconds by default). In the process that ended a session its access tokens stop working
//! at once; in other processes over the same store, within that time. Set it to zero to ask the store each time.

mod config;
#[cfg(feature = "laws")]
pub mod laws;
mod memory;
mod record;
mod sessions;
mod standing;
mod store;
#[cfg(test)]
mod tests;

pub use config::{Concurrency, SessionConfig, SessionConfigError};
pub use memory::MemorySessions;
pub use record::{EndReason, Ended, LastRotation, SessionRecord};
pub use sessions::{
    OpenedSession, Refresh, RefreshRefusal, RenewedSession, SessionError, SessionSummary, Sessions, SignIn,
};
pub use standing::StandingError;
pub use store::{
    Ending, Opened, OthersEnding, Renewal, Rotation, RotationAttempt, SessionStore, Standing,
    surplus_sessions,
};

pub(crate) use standing::StandingCheck;
