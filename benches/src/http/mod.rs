//! Servers of their own processes, and the load that they are put under.

mod accounts;
mod flood;
mod load;
mod serve;
mod upstream;

pub use accounts::{SIGNED_IN, serve_accounts, serve_sessions};
pub use flood::{Flood, Latency};
pub use load::{Load, Request};
pub use serve::{STORED, credential, serve};
pub use upstream::{COMPLETIONS, serve_upstream};
