//! Routers to be merged into a service.

#[cfg(feature = "audit")]
mod audit;
#[cfg(feature = "auth")]
mod auth;
mod jwks;
#[cfg(test)]
mod tests;

#[cfg(feature = "audit")]
pub use audit::{AuditRead, audit_router};
#[cfg(feature = "auth")]
pub use auth::auth_router;
pub use jwks::jwks_router;
