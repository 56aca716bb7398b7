#![doc = include_str!("../README.md")]

pub mod access;
pub mod account;
pub mod api_key;
mod attempts;
mod authenticate;
mod authenticator;
mod bounded;
mod email;
pub mod factor;
pub mod jose;
pub mod one_time;
pub mod password;
pub mod refresh;
pub mod session;
pub mod step_up;

pub use attempts::{Admission, Attempt, AttemptGuard, Purpose};
pub use authenticate::{Authenticate, AuthenticateError, Authentication, PendingAuthentication};
pub use authenticator::Authenticator;
pub use email::{EmailAddress, InvalidEmail};
