//! Erasing what has a key of its own: holds, key, ciphertext, record.

mod flow;
#[cfg(test)]
mod tests;
mod wrap;

pub use flow::{EraseFlow, Expired};
pub use wrap::SealedWrap;
