//! Files of keys: one a line, `#` before comments, empty lines between.

use super::super::header::MAX_STANZAS;
use super::super::{X25519Identity, X25519Recipient};
use super::KeyTextError;
use std::io::Read;
use std::str::FromStr;
use zeroize::Zeroizing;

/// The longest key file that is read, in bytes: that of 1,024 recipients, each with as much comment again, twice over.
pub const MAX_KEY_FILE_LEN: usize = 256 * 1024;
/// The most identities that are read: each may try each of the 1,024 stanzas that a header may have, at some 50 µs.
pub const MAX_IDENTITIES: usize = 128;

/// Reads a file of recipients (`age -R`), at most [`MAX_STANZAS`](super::super::MAX_STANZAS).
///
/// # Errors
/// [`KeyTextError::Line`] for a line that is neither key nor comment, [`KeyTextError::NoKeys`], [`KeyTextError::TooLong`],
/// [`KeyTextError::Io`].
pub fn read_recipients(reader: impl Read) -> Result<Vec<X25519Recipient>, KeyTextError> {
    keys(&text(reader)?, MAX_STANZAS)
}

/// Reads a file of identities (`age -i`, as `age-keygen` writes it), at most [`MAX_IDENTITIES`].
///
/// # Errors
/// As [`read_recipients`], and [`KeyTextError::Encrypted`] for a file under a passphrase: open that first.
pub fn read_identities(reader: impl Read) -> Result<Vec<X25519Identity>, KeyTextError> {
    keys(&text(reader)?, MAX_IDENTITIES)
}

fn text(reader: impl Read) -> Result<Zeroizing<String>, KeyTextError> {
    // room for all from the start: a string that grows leaves copies behind
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_KEY_FILE_LEN + 1));
    reader.take(MAX_KEY_FILE_LEN as u64 + 1).read_to_end(&mut bytes).map_err(KeyTextError::Io)?;
    if bytes.len() > MAX_KEY_FILE_LEN {
        return Err(KeyTextError::TooLong);
    }
    // binary behind its header, so not UTF-8
    if [&b"age-encryption.org/"[..], b"-----BEGIN AGE ENCRYPTED FILE-----"]
        .iter()
        .any(|mark| bytes.starts_with(mark))
    {
        return Err(KeyTextError::Encrypted);
    }
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Err(KeyTextError::Io(std::io::ErrorKind::InvalidData.into()))
        }
    }
}

fn keys<K: FromStr<Err = KeyTextError>>(text: &str, most: usize) -> Result<Vec<K>, KeyTextError> {
    let mut keys = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if keys.len() == most {
            return Err(KeyTextError::TooLong);
        }
        keys.push(text.parse().map_err(|error| KeyTextError::Line { line, error: Box::new(error) })?);
    }
    if keys.is_empty() { Err(KeyTextError::NoKeys) } else { Ok(keys) }
}
