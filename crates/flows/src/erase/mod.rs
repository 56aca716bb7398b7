//! Erasing what has a key of its own: holds, key, ciphertext, record.

#[cfg(target_os = "linux")]
mod files;
mod flow;
#[cfg(test)]
mod tests;
mod wrap;

#[cfg(target_os = "linux")]
pub use files::{NotAnObject, PathOf, ShreddedFiles};
pub use flow::{EraseFlow, Expired};
pub use wrap::SealedWrap;
