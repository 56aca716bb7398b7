//! Secrets: keys, tokens and passwords that have no place in a conversation.
//!
//! One pass of one automaton finds the prefixes that issuers give to their tokens, the names that people give to secrets, and a
//! few other signs; each hit is then read on from there: alphabet, length, entropy, and that nobody wrote it as a placeholder.
//! What is found is told by its kind and its place, never by its value.

mod assignment;
mod class;
mod contexts;
mod crc32;
mod credentials;
mod manifest;
mod password;
mod pem;
mod quiet;
mod scan;
mod signs;
#[cfg(test)]
mod tests;
mod token;
mod tokens;

pub use scan::{Checksums, Secrets};
