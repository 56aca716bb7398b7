#![doc = include_str!("../README.md")]

mod chain;
mod check;
mod clock;
mod config;
mod inbox;
pub mod machine;
#[cfg(feature = "metrics")]
pub mod metrics;
mod name;
mod outcome;
mod pool;
mod provider;
mod random;
mod retry_after;
mod shared;
mod state;
mod suspects;
mod watch;
mod window;

pub use chain::{After, Attempt, Chain, GiveUp, Next, Repeat, Sender};
#[cfg(feature = "tokio")]
pub use check::{Background, TokioTimer};
pub use check::{Check, CheckConfig, CheckError, Checked, Checker, DataPath, Timer};
pub use clock::CoarseClock;
pub use config::{Config, ConfigError};
pub use machine::Heard;
pub use name::{NameError, ProviderName};
pub use outcome::{Outcome, classify};
pub use pool::{AllDown, Candidate, Member, NoneAvailable, Pool, PoolConfig, PoolError, Rank, Strategy};
pub use provider::{Aftermath, Holder, Permit, Provider, SetupError, Stats, Status};
pub use retry_after::retry_after;
#[cfg(any(test, feature = "laws"))]
pub use shared::laws;
pub use shared::{
    Finding, HealthRecord, MemorySharedHealth, Publication, SharedHealth, Sharing, SharingConfig,
    SharingError, SharingNotice, SharingRun, Taken, Update, Updates, Version,
};
pub use state::{Overlay, Phase, Reason, Refusal, Refused, State, Transition};
pub use watch::{HealthEvent, Notice, TooManyWatchers, Watch};
