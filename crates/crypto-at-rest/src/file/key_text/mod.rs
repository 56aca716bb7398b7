//! Keys written as text, one by one or in files, as age has them.

mod error;
mod files;
#[cfg(test)]
mod tests;

pub use error::KeyTextError;
pub use files::{MAX_IDENTITIES, MAX_KEY_FILE_LEN, read_identities, read_recipients};
