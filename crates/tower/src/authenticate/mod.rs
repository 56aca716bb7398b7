//! Who is asking: from a bearer token to a principal, before anything inside runs.

mod bearer;
mod guard;
mod layer;
mod pending;
#[cfg(test)]
mod tests;

pub use bearer::MAX_BEARER;
pub use layer::{AuthenticateLayer, Credential};
pub use pending::PendingCredential;
