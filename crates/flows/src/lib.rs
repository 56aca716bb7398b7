#![doc = include_str!("../README.md")]

mod attempts;
mod auth;
mod call;
mod error;
mod grants;
mod hashing;
mod login;
mod logout;
mod me;
pub mod notify;
mod refresh;
mod sessions;
mod sign_up;
#[cfg(test)]
mod tests;
mod trail;

pub use attempts::{AttemptLimits, LimitedAttempts, Limits, LoginLimits};
pub use auth::{Auth, AuthBuilder, AuthSecrets, AuthSetupError, AuthStores};
pub use call::Call;
pub use error::FlowError;
pub use grants::TokenPair;
pub use hashing::{HashPool, HashPoolConfig, Hashed};
pub use login::{Login, LoginFlow, LoginRequest};
pub use logout::{LogoutAllFlow, LogoutFlow};
pub use me::{AccountView, MeFlow};
pub use refresh::{RefreshFlow, Renewal};
pub use sessions::{RevokedSession, SessionView, SessionsFlow};
pub use sign_up::{SignUp, SignUpFlow, SignUpRequest};
pub use trail::{RecordPolicy, Trail};
