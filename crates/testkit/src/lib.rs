#![doc = include_str!("../README.md")]

mod clock;
mod entropy;
mod logs;
#[cfg(unix)]
pub mod servers;
mod service;
mod vectors;

pub use clock::{TEST_START, test_clock};
pub use entropy::{NoEntropy, SeededEntropy};
pub use logs::LogCapture;
pub use service::{Launch, Memory, Service, ServiceError, binary};
pub use vectors::vectors;
