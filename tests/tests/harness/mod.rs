//! What the suites over a running server share.

pub(crate) mod client;
pub(crate) mod clinic;
pub(crate) mod hello;
pub(crate) mod oracle;
