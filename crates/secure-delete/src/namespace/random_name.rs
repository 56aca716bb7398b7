//! Names that say nothing.

use std::ffi::OsString;
use stockade_core::{Entropy, EntropyError};

/// 32 characters that every file system takes and none folds together.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A random name of `len` bytes. Each takes one of 32 values, evenly.
pub(super) fn random_name(len: usize, entropy: &dyn Entropy) -> Result<OsString, EntropyError> {
    let mut bytes = vec![0; len];
    entropy.fill(&mut bytes)?;
    let letter = |byte: u8| char::from(ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'a'));
    Ok(bytes.into_iter().map(letter).collect::<String>().into())
}
