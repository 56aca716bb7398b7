#![doc = include_str!("../README.md")]

mod clock;
mod config;
pub mod machine;
mod name;
mod outcome;
mod provider;
mod random;
mod retry_after;
mod state;
mod watch;
mod window;

pub use clock::CoarseClock;
pub use config::{Config, ConfigError};
pub use machine::Heard;
pub use name::{NameError, ProviderName};
pub use outcome::{Outcome, classify};
pub use provider::{Permit, Provider, SetupError, Stats, Status};
pub use retry_after::retry_after;
pub use state::{Overlay, Phase, Reason, Refusal, Refused, State, Transition};
pub use watch::{HealthEvent, Notice, TooManyWatchers, Watch};
