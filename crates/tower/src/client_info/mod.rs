//! Who is at the other end: the client's address, found so that the client cannot choose it.

mod forwarded;
mod guard;
mod layer;
mod proxies;
#[cfg(test)]
mod tests;

pub use layer::{ClientInfoLayer, PeerAddr};
pub use proxies::{InvalidProxies, TrustedProxies};
