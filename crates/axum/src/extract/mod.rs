//! What a handler may ask for. Every refusal is the error envelope.

mod blame;
mod caller;
mod context;
mod json;
mod named;
mod path;
mod query;
#[cfg(feature = "require")]
mod require;
#[cfg(feature = "step-up")]
mod step_up;
#[cfg(test)]
mod tests;

pub use caller::Caller;
pub use context::{Client, RequestName, peer_address};
pub use json::{Json, JsonUpTo};
pub use path::Path;
pub use query::Query;
#[cfg(feature = "require")]
pub use require::Require;
#[cfg(feature = "step-up")]
pub use step_up::{OwnHands, Recent};
