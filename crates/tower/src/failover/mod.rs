//! Several upstreams that serve as one.

mod answer;
mod body;
mod course;
mod error;
mod flight;
mod held;
mod reader;
mod service;
mod settings;
mod source;

pub use answer::Seen;
pub use body::{BodyFault, FailoverBody};
pub use error::{FailoverError, SetupError};
pub use service::{Failover, FailoverFuture, FailoverService};

type BoxError = Box<dyn std::error::Error + Send + Sync>;
