//! Failover over real servers on loopback that fail in every way that a network knows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panic")]

mod attacks;
mod client;
mod failing;
mod faulty;
mod streams;
mod throttling;
