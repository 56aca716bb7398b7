//! Servers of their own processes, and the load that they are put under.

mod load;
mod peers;
mod serve;

pub use load::{Load, Request};
pub use peers::{Peers, PeersLimiter};
pub use serve::{STORED, credential, serve};
