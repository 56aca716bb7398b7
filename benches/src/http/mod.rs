//! Servers of their own processes, and the load that they are put under.

mod load;
mod serve;

pub use load::{Load, Request};
pub use serve::{STORED, credential, serve};
