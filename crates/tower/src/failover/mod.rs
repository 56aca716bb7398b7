//! Several upstreams that serve as one.

mod answer;
mod body;
mod error;
mod flight;
mod service;
mod source;

pub use body::{BodyFault, FailoverBody};
pub use error::FailoverError;
pub use service::{Failover, FailoverFuture, SetupError};

type BoxError = Box<dyn std::error::Error + Send + Sync>;
