//! What can be wrong with the header of a file.

use super::super::armor::ArmorError;
use crate::kdf::KdfError;
use crate::ring::KeyError;
use std::io;
use stockade_core::{EntropyError, Problem, ProblemKind};

/// A header could not be read, opened or made.
///
/// What concerns the public form of a header is told in detail. What concerns keys is not: a wrong key, an altered stanza and a
/// wrong MAC are all [`Refused`](HeaderError::Refused).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The file could not be read.
    #[error("the header could not be read")]
    Io(#[source] io::Error),
    /// The armour around the file is broken.
    #[error(transparent)]
    Armor(ArmorError),
    /// It does not begin as an age file does.
    #[error("not an age file")]
    NotAge,
    /// An age file of a version other than v1.
    #[error("age version `{version}` is not supported")]
    UnsupportedVersion {
        /// The version named, at most 45 printable ASCII characters.
        version: String,
    },
    /// The file ends inside its header.
    #[error("the age header is cut off")]
    Truncated,
    /// More than [`MAX_HEADER_LEN`](super::MAX_HEADER_LEN) bytes or [`MAX_STANZAS`](super::MAX_STANZAS) stanzas.
    #[error("the age header is longer than allowed")]
    TooLong,
    /// A line breaks the grammar, which has one spelling for everything.
    #[error("line {line} of the age header: {what}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The rule it breaks.
        what: &'static str,
    },
    /// A stanza of a known type breaks the rules of its type.
    #[error("{kind} stanza: {what}")]
    BadStanza {
        /// The type.
        kind: &'static str,
        /// The rule it breaks.
        what: &'static str,
    },
    /// A stanza asks for more work than the caller allows. Nothing was computed.
    #[error("{kind} stanza: asks for more work than allowed")]
    TooMuchWork {
        /// The type.
        kind: &'static str,
    },
    /// The key derivation that a stanza names is too weak, too costly or malformed, or there is no memory for it. Nothing was
    /// computed.
    #[error(transparent)]
    Kdf(KdfError),
    /// The file is sealed for a key that the ring does not have, or no longer, and nothing else opens it.
    #[error(transparent)]
    Key(KeyError),
    /// No identity opens it, or it was altered, or its context is another. Which one is not said.
    #[error("the file does not open with what was given")]
    Refused,
    /// Nobody to seal for.
    #[error("no recipients")]
    NoRecipients,
    /// A recipient that must be the only one was given company, or header room where its type allows none.
    #[error("a {kind} recipient must stand alone")]
    MustStandAlone {
        /// The recipient's type.
        kind: &'static str,
    },
    /// A recipient cannot be sealed for.
    #[error("{kind} recipient: {what}")]
    BadRecipient {
        /// The recipient's type.
        kind: &'static str,
        /// Why not.
        what: &'static str,
    },
    /// The system gave no randomness.
    #[error("no randomness for the header")]
    Entropy,
}

impl From<io::Error> for HeaderError {
    /// Broken armour is told apart from a broken disk.
    fn from(error: io::Error) -> Self {
        ArmorError::from_io(&error).map_or(Self::Io(error), Self::Armor)
    }
}

impl From<EntropyError> for HeaderError {
    fn from(_: EntropyError) -> Self {
        Self::Entropy
    }
}

impl From<&HeaderError> for Problem {
    fn from(error: &HeaderError) -> Self {
        match error {
            HeaderError::Io(_) | HeaderError::Entropy | HeaderError::Kdf(KdfError::OutOfMemory) => {
                Self::unavailable()
            }
            HeaderError::NoRecipients
            | HeaderError::MustStandAlone { .. }
            | HeaderError::BadRecipient { .. }
            | HeaderError::Key(_) => Self::internal(),
            _ => Self::new(ProblemKind::InvalidInput, "file_does_not_open", "the file cannot be opened"),
        }
    }
}
