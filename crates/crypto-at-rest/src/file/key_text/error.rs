//! What can be wrong with a key written as text.

use std::io;

/// A recipient or an identity could not be read. The text is never repeated: it may be a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyTextError {
    /// Not `age1…` as age writes it.
    #[error("not an age x25519 recipient")]
    NotARecipient,
    /// Not `AGE-SECRET-KEY-1…` as age writes it.
    #[error("not an age x25519 identity")]
    NotAnIdentity,
    /// A key that age may know and this crate does not: hybrid, tagged, SSH, of a plugin.
    #[error("a key of a type that is not supported")]
    Unsupported,
    /// What is wrong with one line of a file.
    #[error("line {line}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        error: Box<KeyTextError>,
    },
    /// The identity file is itself an age file: open it first.
    #[error("the identity file is encrypted")]
    Encrypted,
    /// Nothing but comments.
    #[error("the file holds no keys")]
    NoKeys,
    /// More bytes or keys than are read.
    #[error("the key file is longer than allowed")]
    TooLong,
    /// The file could not be read, or is not UTF-8.
    #[error("the key file could not be read")]
    Io(#[source] io::Error),
}

impl KeyTextError {
    /// `Unsupported` for what looks like another type of key, `otherwise` for the rest.
    pub(in crate::file) fn of(text: &str, otherwise: Self) -> Self {
        // Bech32's data has no `1`: a second one belongs to the name of another type
        let other = text.strip_prefix("age1").is_some_and(|rest| rest.contains('1'))
            || ["ssh-", "AGE-PLUGIN-", "AGE-SECRET-KEY-PQ-"].iter().any(|prefix| text.starts_with(prefix));
        if other { Self::Unsupported } else { otherwise }
    }
}
