//! Routers to be merged into a service.

#[cfg(feature = "audit")]
mod audit;
mod jwks;
#[cfg(test)]
mod tests;

#[cfg(feature = "audit")]
pub use audit::{AuditRead, audit_router};
pub use jwks::jwks_router;
