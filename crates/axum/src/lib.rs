#![doc = include_str!("../README.md")]

mod extract;
#[cfg(feature = "harden")]
mod harden;
mod rejection;
mod routes;

#[cfg(feature = "require")]
pub use extract::Require;
pub use extract::{Caller, Client, Json, JsonUpTo, Path, Query, RequestName, peer_address};
#[cfg(feature = "step-up")]
pub use extract::{OwnHands, Recent};
#[cfg(feature = "harden")]
pub use harden::{harden, harden_beside};
pub use rejection::Rejection;
#[cfg(feature = "auth")]
pub use routes::auth_router;
pub use routes::jwks_router;
#[cfg(feature = "audit")]
pub use routes::{AuditRead, audit_router};
#[cfg(feature = "provider-health")]
pub use routes::{
    HealthDetail, OnUnrecorded, OperateProviders, ProviderOrders, ReadProviders, health_router,
    provider_admin_router,
};
#[cfg(all(feature = "auth", feature = "require"))]
pub use routes::{Impersonate, ManageAccounts, admin_router};
