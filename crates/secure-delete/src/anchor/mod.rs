//! From a caller's path to one inode, beneath a root that nothing leads out of.

mod folder;
mod path;
#[cfg(test)]
mod tests;

pub(crate) use folder::{Folder, Guard};
pub(crate) use path::Beneath;

use crate::error::{DeleteError, Step};
use rustix::io::Errno;

/// What it means that a name could not be opened.
pub(crate) fn open_error(step: Step, error: Errno) -> DeleteError {
    match error {
        Errno::NOENT | Errno::NOTDIR => DeleteError::NotFound,
        Errno::LOOP => DeleteError::Symlink,
        // Links and `..` being refused, nothing else leads to another device.
        Errno::XDEV => DeleteError::MountCrossing,
        Errno::TXTBSY => DeleteError::InUse,
        Errno::WOULDBLOCK => DeleteError::Busy,
        Errno::NAMETOOLONG => DeleteError::InvalidPath,
        error => DeleteError::os(step, error),
    }
}
