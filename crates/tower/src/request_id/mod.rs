//! One name for one request, in every log line, event and error that it causes.

mod guard;
mod layer;
#[cfg(test)]
mod tests;

pub use layer::{Inbound, RequestIdLayer};

use http::HeaderName;

/// The header that carries a request's name in both directions: `x-request-id`.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
