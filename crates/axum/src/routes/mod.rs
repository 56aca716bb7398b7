//! Routers to be merged into a service.

#[cfg(all(feature = "auth", feature = "require"))]
mod admin;
#[cfg(feature = "audit")]
mod audit;
#[cfg(feature = "auth")]
mod auth;
#[cfg(feature = "provider-health")]
mod health;
mod jwks;
#[cfg(test)]
mod tests;

#[cfg(all(feature = "auth", feature = "require"))]
pub use admin::{Impersonate, ManageAccounts, admin_router};
#[cfg(feature = "audit")]
pub use audit::{AuditRead, audit_router};
#[cfg(feature = "auth")]
pub use auth::auth_router;
#[cfg(feature = "provider-health")]
pub use health::{
    HealthDetail, OnUnrecorded, OperateProviders, ProviderOrders, ReadProviders, health_router,
    provider_admin_router,
};
pub use jwks::jwks_router;
