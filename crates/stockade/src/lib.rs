#![doc = include_str!("../README.md")]

pub use stockade_core as core;

#[cfg(feature = "audit")]
pub use stockade_audit as audit;
#[cfg(feature = "authn")]
pub use stockade_authn as authn;
#[cfg(feature = "axum")]
pub use stockade_axum as axum;
#[cfg(feature = "crypto-at-rest")]
pub use stockade_crypto_at_rest as crypto_at_rest;
#[cfg(feature = "flows")]
pub use stockade_flows as flows;
#[cfg(feature = "guardrails")]
pub use stockade_guardrails as guardrails;
#[cfg(feature = "postgres")]
pub use stockade_postgres as postgres;
#[cfg(feature = "provider-health")]
pub use stockade_provider_health as provider_health;
#[cfg(feature = "ratelimit")]
pub use stockade_ratelimit as ratelimit;
#[cfg(feature = "rbac")]
pub use stockade_rbac as rbac;
#[cfg(feature = "redis")]
pub use stockade_redis as redis;
#[cfg(feature = "secure-delete")]
pub use stockade_secure_delete as secure_delete;
#[cfg(feature = "sqlite")]
pub use stockade_sqlite as sqlite;
#[cfg(feature = "tower")]
pub use stockade_tower as tower;

pub mod guide;
