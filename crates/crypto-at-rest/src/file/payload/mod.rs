//! The payload of a file: STREAM over 64 KiB chunks (age v1, "Payload").
//!
//! Each chunk is sealed by ChaCha20-Poly1305 under a key that one file alone has, with a nonce made of the chunk's number and
//! a flag on the last one. So a chunk opens only in its own place: exchanged, repeated, missing or foreign chunks, a cut end
//! and an added one are all refused. A nonce repeats only if a number does, and numbers only grow.

mod chunk;
mod codec;
mod layout;
#[cfg(test)]
mod tests;

pub(crate) use chunk::{CHUNK, ChunkCipher, Place, SEALED_CHUNK};
pub(crate) use codec::{Codec, Direction};
pub(crate) use layout::Layout;
