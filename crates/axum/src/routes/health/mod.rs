//! How the upstreams are, and what an operator may order.

mod orders;
mod page;
mod snapshot;
#[cfg(test)]
mod tests;

pub use orders::{OnUnrecorded, OperateProviders, ProviderOrders, ReadProviders, provider_admin_router};
pub use snapshot::{HealthDetail, health_router};
