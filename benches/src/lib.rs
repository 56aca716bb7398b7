#![doc = include_str!("../README.md")]

pub mod child;
pub mod enumeration;
pub mod http;
pub mod measure;
pub mod peers;
pub mod rank;
pub mod rig;
pub mod row;
pub mod rows;

/// Whatever goes wrong in a measurement ends it: there is no figure without it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
