#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(any(feature = "authn", feature = "provider-health", feature = "ratelimit")),
    allow(dead_code, reason = "only the stores of domains ask scripts")
)]

#[cfg(feature = "authn")]
mod authn;
mod config;
mod connection;
mod error;
mod handle;
#[cfg(feature = "provider-health")]
mod provider_health;
#[cfg(feature = "ratelimit")]
mod ratelimit;
mod script;

pub use config::{InvalidRedisConfig, RedisConfig};
pub use error::ConnectError;
pub use handle::Redis;
#[cfg(feature = "ratelimit")]
pub use ratelimit::RedisLimiter;
