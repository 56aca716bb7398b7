//! How often: a limit in front of everything that costs.

mod guard;
mod layer;
#[cfg(test)]
mod tests;

pub use layer::{Limits, OnLimiterError, RateLimitLayer};
