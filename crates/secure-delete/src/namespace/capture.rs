//! Renames that move this inode or, in the end, nothing.

use crate::error::{DeleteError, Restored, Step};
use crate::ops::{Entry, Facts, Key, Ops};
use rustix::io::Errno;

/// Why a capture did not succeed.
#[derive(Debug)]
pub(super) enum Failed {
    /// The new name is taken.
    Taken,
    /// The file system cannot rename without replacing.
    Unsupported,
    /// Whatever was met is where it was.
    Stop(DeleteError),
    /// Another file was met and is now where the capture put it.
    Displaced,
    /// What was captured could not be looked at, nor put back: it is where the capture put it.
    Unseen(DeleteError),
}

/// Whether a name leads to this inode now.
pub(super) fn check(ops: &dyn Ops, entry: Entry<'_>, key: Key) -> Result<Facts, DeleteError> {
    match ops.facts_of(entry) {
        Ok(facts) if facts.key == key => Ok(facts),
        Ok(_) => Err(DeleteError::Swapped { restored: Restored::Untouched }),
        Err(Errno::NOENT) => Err(DeleteError::NotFound),
        Err(error) => Err(DeleteError::os(Step::Examine, error)),
    }
}

/// Renames `from`, if it is this inode's, to `to`, if that is free.
pub(super) fn capture(ops: &dyn Ops, from: Entry<'_>, to: Entry<'_>, key: Key) -> Result<(), Failed> {
    check(ops, from, key).map_err(Failed::Stop)?;
    match ops.rename(from, to) {
        Ok(()) => {}
        Err(Errno::EXIST) => return Err(Failed::Taken),
        Err(error) if cannot_refuse(error) => return Err(Failed::Unsupported),
        Err(Errno::NOENT) => return Err(Failed::Stop(DeleteError::NotFound)),
        Err(error) => return Err(Failed::Stop(DeleteError::os(Step::Rename, error))),
    }
    confirm(ops, from, to, key)
}

/// As [`capture`], where `to` is in a private folder: nobody else takes a name there, so that nothing can be replaced.
pub(super) fn take_in(ops: &dyn Ops, from: Entry<'_>, to: Entry<'_>, key: Key) -> Result<(), Failed> {
    match capture(ops, from, to, key) {
        Err(Failed::Unsupported) => {}
        outcome => return outcome,
    }
    check(ops, from, key).map_err(Failed::Stop)?;
    ops.rename_over(from, to).map_err(|error| Failed::Stop(DeleteError::os(Step::Rename, error)))?;
    confirm(ops, from, to, key)
}

/// Renames `from`, in a private folder, to `to`, if that is free.
pub(super) fn bring_out(ops: &dyn Ops, from: Entry<'_>, to: Entry<'_>) -> Result<(), Errno> {
    match ops.rename(from, to) {
        // A link refuses a taken name as well, and in the private folder nobody else removes the wrong name.
        Err(error) if cannot_refuse(error) => {
            ops.link(from, to)?;
            ops.unlink(from)
        }
        outcome => outcome,
    }
}

/// Looks at what was captured; if it is another file, gives it its name back.
fn confirm(ops: &dyn Ops, from: Entry<'_>, to: Entry<'_>, key: Key) -> Result<(), Failed> {
    let error = match check(ops, to, key) {
        Ok(_) => return Ok(()),
        Err(DeleteError::Swapped { .. }) => None,
        // Nothing is there to be given back.
        Err(DeleteError::NotFound) => return Err(Failed::Stop(DeleteError::NotFound)),
        Err(error) => Some(error),
    };
    let back = bring_out(ops, to, from);
    Err(match (back, error) {
        (Ok(()), Some(error)) => Failed::Stop(error),
        (Ok(()), None) => Failed::Stop(DeleteError::Swapped { restored: Restored::Restored }),
        (Err(_), Some(error)) => Failed::Unseen(error),
        (Err(_), None) => Failed::Displaced,
    })
}

/// What file systems say that do not know `RENAME_NOREPLACE`.
fn cannot_refuse(error: Errno) -> bool {
    matches!(error, Errno::INVAL | Errno::NOSYS | Errno::NOTSUP)
}
