//! The gateway with real upstreams on loopback ports: killed and restored under load, faulty in every way that has a name.

mod attacks;
mod bounds;
mod faults;
mod guard;
mod journey;
mod roles;
mod streams;
mod tls;
