#![doc = include_str!("../README.md")]

mod bill;
mod charge;
mod key;
#[cfg(any(test, feature = "laws"))]
pub mod laws;
mod limiter;
mod memory;
mod quota;
mod timeline;
mod verdict;

pub use bill::{Bill, Settlement};
pub use charge::Charge;
pub use key::Key;
pub use limiter::{Limiter, LocalLimiter};
pub use memory::MemoryLimiter;
pub use quota::{Quota, QuotaError};
pub use timeline::{Reading, Stamp, Timeline};
pub use verdict::Verdict;
