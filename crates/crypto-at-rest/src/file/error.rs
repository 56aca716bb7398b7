//! Why a file was not sealed or not opened.

use super::armor::ArmorError;
use super::header::HeaderError;
use std::io;
use stockade_core::{EntropyError, Problem, ProblemKind};

/// Why a file was not sealed or not opened.
///
/// All that an attacker could have done to a payload has one face, [`Refused`](FileError::Refused): a flipped bit, a missing
/// end, chunks out of order and a wrong key cannot be told apart.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The header is not one, or nobody here opens it.
    #[error(transparent)]
    Header(HeaderError),
    /// The armour around the file is not as it must be.
    #[error(transparent)]
    Armor(ArmorError),
    /// The payload does not open: altered, cut short, prolonged, put together from others, or of another key.
    #[error("the file does not open")]
    Refused,
    /// The input could not be read.
    #[error("the input cannot be read")]
    Read(#[source] io::Error),
    /// The output could not be written; a full disk is here.
    #[error("the output cannot be written")]
    Write(#[source] io::Error),
    /// The input became shorter or longer while it was read.
    #[error("the input changed while it was read")]
    Changed,
    /// Somebody else is rewrapping the file.
    #[error("the file is being rewrapped by somebody else")]
    Busy,
    /// There is something under the target's name already, and overwriting was not asked for.
    #[error("the target exists already")]
    Exists,
    /// The target is a symbolic link, a folder or a device. Only regular files are replaced.
    #[error("the target is not a regular file")]
    NotRegular,
    /// The caller's progress function said stop.
    #[error("cancelled")]
    Cancelled,
    /// An armoured file has no random access: take its armour off first.
    #[error("an armored file has no random access")]
    Armored,
    /// More bytes than the caller takes at once, or than a file of this format holds.
    #[error("longer than is accepted")]
    TooLong,
    /// No randomness for the file key, the nonce or the name of a temporary file.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl FileError {
    /// An input that cannot be read; or what the reader itself, being one of ours, says about that.
    pub(super) fn reading(error: io::Error) -> Self {
        match ArmorError::from_io(&error) {
            Some(error) => Self::Armor(error),
            None => error.downcast().unwrap_or_else(Self::Read),
        }
    }

    /// As a reader of ours says it.
    pub(super) fn into_io(self) -> io::Error {
        match self {
            Self::Read(error) => error,
            error => io::Error::new(io::ErrorKind::InvalidData, error),
        }
    }
}

impl From<HeaderError> for FileError {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::Io(error) => Self::reading(error),
            HeaderError::Armor(error) => Self::Armor(error),
            error => Self::Header(error),
        }
    }
}

impl From<&FileError> for Problem {
    fn from(error: &FileError) -> Self {
        match error {
            FileError::Header(error) => error.into(),
            FileError::Refused | FileError::Armor(_) => {
                Self::new(ProblemKind::InvalidInput, "file_does_not_open", "the file cannot be opened")
            }
            FileError::TooLong => Self::new(ProblemKind::TooLarge, "file_too_large", "the file is too large"),
            FileError::Exists => Self::new(ProblemKind::Conflict, "file_exists", "the file exists already"),
            FileError::Busy | FileError::Changed | FileError::Cancelled | FileError::Entropy(_) => {
                Self::unavailable()
            }
            FileError::Read(_) | FileError::Write(_) | FileError::NotRegular | FileError::Armored => {
                Self::internal()
            }
        }
    }
}
