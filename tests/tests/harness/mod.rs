//! What the suites over a running server share.

pub(crate) mod authenticator;
pub(crate) mod client;
pub(crate) mod clinic;
pub(crate) mod exam;
pub(crate) mod gateway;
pub(crate) mod hello;
pub(crate) mod mail;
pub(crate) mod oracle;
pub(crate) mod upstream;
