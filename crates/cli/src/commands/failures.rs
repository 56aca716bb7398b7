//! From the errors of the library to exits.

use super::output;
use crate::Exit;
use crate::cancel::Cancel;
use crate::failure::Failure;
use crate::terminal::BinaryToTerminal;
use std::io;
use std::path::Path;
use stockade_crypto_at_rest::file::{FileError, HeaderError};
use stockade_crypto_at_rest::kdf::KdfError;
use stockade_crypto_at_rest::ring::wrap::WrapError;
use stockade_crypto_at_rest::ring::{DiskError, KeyError, KeyRingFileError, RingError, SealedRingError};

/// How messages call the two ends.
pub(crate) struct Names<'a> {
    pub(crate) input: &'a Path,
    pub(crate) output: &'a Path,
}

/// Why a file was not sealed or opened.
pub(crate) fn file(error: &FileError, names: &Names<'_>, cancel: &Cancel) -> Failure {
    if let Some(cancelled) = cancel.failure() {
        return cancelled;
    }
    let chained = |exit, code, path: &Path| Failure::chained(exit, code, error).at(path);
    match error {
        FileError::Header(error) => header(error).at(names.input),
        FileError::Refused => {
            Failure::new(Exit::Damaged, "damaged", "the payload is altered or cut short").at(names.input)
        }
        FileError::Armor(_) => chained(Exit::Damaged, "damaged", names.input),
        FileError::Write(cause) if is_binary_to_terminal(cause) => output::binary_to_terminal(),
        FileError::Write(_) => chained(Exit::Failed, "io", names.output),
        FileError::Exists => {
            Failure::refused("exists", "there is such a file: say --force to replace it").at(names.output)
        }
        FileError::NotRegular => chained(Exit::Refused, "not_regular", names.output),
        FileError::Read(_) => chained(Exit::Failed, "io", names.input),
        FileError::Busy => chained(Exit::Failed, "busy", names.input),
        FileError::Changed => chained(Exit::Failed, "changed", names.input),
        FileError::TooLong => chained(Exit::Failed, "too_long", names.input),
        _ => Failure::chained(Exit::Failed, "failed", error),
    }
}

/// Why a header was not made or not opened.
pub(crate) fn header(error: &HeaderError) -> Failure {
    let (exit, code) = match error {
        HeaderError::Io(_) | HeaderError::Entropy => (Exit::Failed, "io"),
        HeaderError::Refused => (Exit::DoesNotOpen, "does_not_open"),
        HeaderError::Key(KeyError::Destroyed(_)) => (Exit::DoesNotOpen, "key_destroyed"),
        HeaderError::Key(_) => (Exit::DoesNotOpen, "key_unknown"),
        HeaderError::TooMuchWork { .. } => (Exit::DoesNotOpen, "too_much_work"),
        HeaderError::Kdf(error) => return kdf(error),
        HeaderError::NoRecipients | HeaderError::MustStandAlone { .. } | HeaderError::BadRecipient { .. } => {
            (Exit::Usage, "usage")
        }
        _ => (Exit::Damaged, "damaged"),
    };
    Failure::chained(exit, code, error)
}

/// Why a key ring was not read, opened or written.
pub(crate) fn ring_file(error: &KeyRingFileError) -> Failure {
    match error {
        KeyRingFileError::Disk(error) => disk(error),
        KeyRingFileError::Sealed(error) => sealed_ring(error),
        KeyRingFileError::Conflict { .. } => Failure::chained(Exit::Failed, "conflict", error),
        _ => Failure::chained(Exit::Failed, "failed", error),
    }
}

/// Why a key ring was not opened or sealed.
pub(crate) fn sealed_ring(error: &SealedRingError) -> Failure {
    match error {
        SealedRingError::Refused => Failure::chained(Exit::DoesNotOpen, "does_not_open", error),
        SealedRingError::OtherLock { .. } => Failure::chained(Exit::Usage, "usage", error),
        SealedRingError::Kdf(error) => kdf(error),
        SealedRingError::Wrap(error) => wrap(error),
        SealedRingError::Entropy(_) => Failure::chained(Exit::Failed, "entropy", error),
        _ => Failure::chained(Exit::Damaged, "damaged", error),
    }
}

/// Why a ring has no such key, or was not changed.
pub(crate) fn ring(error: &RingError) -> Failure {
    let (exit, code) = match error {
        RingError::Active(_) => (Exit::Refused, "active_key"),
        RingError::Key(KeyError::Destroyed(_)) => (Exit::Failed, "key_destroyed"),
        RingError::Key(_) => (Exit::Failed, "key_unknown"),
        RingError::Full { .. } => (Exit::Failed, "full"),
        _ => (Exit::Failed, "failed"),
    };
    Failure::chained(exit, code, error)
}

/// Why a wrapper did not wrap or unwrap.
pub(crate) fn wrap(error: &WrapError) -> Failure {
    match error {
        WrapError::Refused => Failure::chained(Exit::DoesNotOpen, "does_not_open", error),
        WrapError::Disk(error) => disk(error),
        WrapError::Name | WrapError::RelativeProgram | WrapError::Address(_) | WrapError::Roots => {
            Failure::chained(Exit::Usage, "usage", error)
        }
        _ => Failure::chained(Exit::Failed, "key_service", error),
    }
}

/// Why no key was derived from a passphrase.
pub(crate) fn kdf(error: &KdfError) -> Failure {
    let (exit, code) = match error {
        KdfError::TooCostly { .. } => (Exit::DoesNotOpen, "too_much_work"),
        KdfError::OutOfMemory => (Exit::Failed, "out_of_memory"),
        KdfError::EmptyPassword | KdfError::LongPassword => (Exit::Usage, "usage"),
        _ => (Exit::Damaged, "damaged"),
    };
    Failure::chained(exit, code, error)
}

/// Why a file with secrets was not read or written.
fn disk(error: &DiskError) -> Failure {
    let (exit, code) = match error {
        DiskError::Exists => (Exit::Refused, "exists"),
        DiskError::Symlink | DiskError::NotAFile => (Exit::Refused, "not_regular"),
        DiskError::Exposed { .. } => (Exit::Refused, "readable_by_others"),
        DiskError::TooLarge { .. } => (Exit::Damaged, "damaged"),
        DiskError::Busy => (Exit::Failed, "busy"),
        _ => (Exit::Failed, "io"),
    };
    Failure::chained(exit, code, error)
}

fn is_binary_to_terminal(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|cause| cause.is::<BinaryToTerminal>())
}
