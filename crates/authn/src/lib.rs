#![doc = include_str!("../README.md")]

pub mod access;
mod authenticate;
pub mod jose;

pub use authenticate::{Authenticate, AuthenticateError, Authentication, PendingAuthentication};
