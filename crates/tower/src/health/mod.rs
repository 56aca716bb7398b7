//! One upstream behind its health: asked only while it is well, and heard each time.
//!
//! These stand on the way out, around a client: what they wrap is a service that calls somebody else.

mod classify;
mod error;
mod future;
mod layer;
mod service;
#[cfg(test)]
mod tests;

pub use classify::{Classify, HttpClassifier, classify_error};
pub use error::HealthError;
pub use future::HealthFuture;
pub use layer::HealthLayer;
pub use service::Health;
