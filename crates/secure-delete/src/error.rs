//! Why a file is not deleted.

use crate::assurance::Level;
use crate::storage::Reason;
use std::fmt;
use std::io;
use stockade_core::{EntropyError, Problem, ProblemKind};

/// Why a file was refused, or why its deletion stopped before its end.
///
/// It carries no name and no path, so that it may stand in an audit event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(tag = "error", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeleteError {
    /// Empty, absolute, with `..` or a NUL in it, or longer than `PATH_MAX`.
    #[error("the path must be relative, not empty, and without `..`")]
    InvalidPath,
    /// There is nothing of this name beneath the root.
    #[error("there is no such file")]
    NotFound,
    /// The last name is a symbolic link, or a folder on the way is one. What it points to is not touched.
    #[error("a symbolic link is not followed")]
    Symlink,
    /// The file has other names, which would be emptied with it.
    #[error("the file has {links} names")]
    HardLinked {
        /// How many.
        links: u64,
    },
    /// It is a folder.
    #[error("a folder is not deleted as a file")]
    Directory,
    /// A tree begins with a folder, and this is none.
    #[error("this is no folder")]
    NotDirectory,
    /// Something that was found in the folder stayed in it, and is reported for itself.
    #[error("the folder is not empty")]
    NotEmpty,
    /// All that was found in the folder is gone, and still something is in it: it came after the folder was read.
    #[error("something came into the folder meanwhile")]
    Refilled,
    /// Folders lie within each other deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    #[error("folders lie too deep within each other")]
    TooDeep,
    /// It is a device node. Nothing was opened.
    #[error("a device is not deleted as a file")]
    Device,
    /// It is a named pipe. Nothing was opened.
    #[error("a named pipe is not deleted as a file")]
    Fifo,
    /// It is a socket.
    #[error("a socket is not deleted as a file")]
    Socket,
    /// The path leads onto another file system than the root's.
    #[error("the path crosses into another mount")]
    MountCrossing,
    /// The inode is marked immutable.
    #[error("the file is marked immutable")]
    Immutable,
    /// The inode is marked append-only.
    #[error("the file is marked append-only")]
    AppendOnly,
    /// The kernel is swapping to it, or running it.
    #[error("the file is in use by the system: swap or a running program")]
    InUse,
    /// Somebody holds a lease on it that they would have to be asked to give up.
    #[error("the file is held by somebody else")]
    Busy,
    /// The name does not lead to the file that was examined: somebody put something else there. What is there was left as it
    /// was; the file that was examined was not unlinked, whatever was already written over it.
    #[error("the name leads to another file than the one examined{}", match .restored { Restored::Displaced => ", which now has a name of ours", _ => "" })]
    Swapped {
        /// What became of the other file.
        restored: Restored,
    },
    /// The file got other names since it was examined.
    #[error("the file got another name meanwhile: it has {links}")]
    LinksChanged {
        /// How many it has now.
        links: u64,
    },
    /// The overwrite did not reach what [`require`](crate::DeletePlan::require) asked for. The file keeps its name.
    #[error("{required} is required and {reached} is what can be reached")]
    RequiredLevelMissed {
        /// What was asked for.
        required: Level,
        /// What deleting now would have amounted to.
        reached: Level,
        /// Why no more.
        reasons: Vec<Reason>,
    },
    /// The caller's watch said stop. The file keeps its name; its content may be partly overwritten.
    #[error("cancelled")]
    Cancelled,
    /// No randomness for patterns and names.
    #[error("{EntropyError}")]
    Entropy,
    /// The system refused a step.
    #[error("cannot {step}")]
    Os {
        /// Which.
        step: Step,
        /// What it said.
        #[source]
        source: OsError,
    },
}

impl DeleteError {
    /// The system refused a step.
    #[cfg(target_os = "linux")]
    pub(crate) fn os(step: Step, error: rustix::io::Errno) -> Self {
        Self::Os { step, source: error.into() }
    }

    /// A stable code for programs: `snake_case`, without anything of the file.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidPath => "invalid_path",
            Self::NotFound => "not_found",
            Self::Symlink => "symlink",
            Self::HardLinked { .. } => "hard_linked",
            Self::Directory => "directory",
            Self::NotDirectory => "not_directory",
            Self::NotEmpty => "not_empty",
            Self::Refilled => "refilled",
            Self::TooDeep => "too_deep",
            Self::Device => "device",
            Self::Fifo => "fifo",
            Self::Socket => "socket",
            Self::MountCrossing => "mount_crossing",
            Self::Immutable => "immutable",
            Self::AppendOnly => "append_only",
            Self::InUse => "in_use",
            Self::Busy => "busy",
            Self::Swapped { .. } => "swapped",
            Self::LinksChanged { .. } => "links_changed",
            Self::RequiredLevelMissed { .. } => "required_level_missed",
            Self::Cancelled => "cancelled",
            Self::Entropy => "entropy",
            Self::Os { .. } => "os",
        }
    }
}

impl From<EntropyError> for DeleteError {
    fn from(_: EntropyError) -> Self {
        Self::Entropy
    }
}

impl From<&DeleteError> for Problem {
    fn from(error: &DeleteError) -> Self {
        match error {
            DeleteError::InvalidPath => {
                Self::new(ProblemKind::InvalidInput, "invalid_path", "this is not a name of a file")
            }
            DeleteError::NotFound => Self::not_found(),
            DeleteError::Busy | DeleteError::InUse | DeleteError::Entropy | DeleteError::Cancelled => {
                Self::unavailable()
            }
            DeleteError::Swapped { .. }
            | DeleteError::LinksChanged { .. }
            | DeleteError::RequiredLevelMissed { .. } => {
                Self::new(ProblemKind::Conflict, "not_deleted", "the file could not be deleted as required")
            }
            _ => Self::internal(),
        }
    }
}

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Step {
    /// Opening the root or a folder on the way.
    OpenFolder,
    /// Writing down what is to be done, before anything is.
    Journal,
    /// Reading what is in a folder.
    ReadFolder,
    /// Removing an empty folder.
    RemoveFolder,
    /// Opening the file.
    Open,
    /// Opening it once more, to write to it. It goes by `/proc/self/fd`, so that no name is resolved a second time: without `/proc` it fails
    /// by `ENOENT`, though the file is there.
    Reopen,
    /// Asking what the file is.
    Examine,
    /// Making a read-only file writable.
    ChangeMode,
    /// Writing over the content.
    Overwrite,
    /// Syncing the file.
    Sync,
    /// Setting the length.
    Truncate,
    /// Making the private folder in which a name is safe from others.
    Shelter,
    /// Renaming.
    Rename,
    /// Removing the name.
    Unlink,
    /// Syncing the folder.
    SyncFolder,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OpenFolder => "open the folder",
            Self::Journal => "write the journal",
            Self::ReadFolder => "read the folder",
            Self::RemoveFolder => "remove the folder",
            Self::Open => "open the file",
            Self::Reopen => "open the file for writing, by `/proc/self/fd`",
            Self::Examine => "examine the file",
            Self::ChangeMode => "make the file writable",
            Self::Overwrite => "write over the file",
            Self::Sync => "sync the file",
            Self::Truncate => "set the length of the file",
            Self::Shelter => "make a private folder",
            Self::Rename => "rename the file",
            Self::Unlink => "unlink the file",
            Self::SyncFolder => "sync the folder",
        })
    }
}

/// What became of a file that was found under a name where it did not belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Restored {
    /// It was not touched.
    Untouched,
    /// It was renamed in the instant in which it took the name, and has its name again.
    Restored,
    /// It was renamed in the instant in which it took the name, and that name was taken again before it could be given back.
    /// Its content is untouched; it lies in the folder beside, under the name that the report's namespace part gives.
    Displaced,
}

/// What the system said: an error number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct OsError {
    /// As in `errno.h`.
    pub code: i32,
}

impl OsError {
    /// As the standard library says it.
    #[must_use]
    pub fn to_io(self) -> io::Error {
        io::Error::from_raw_os_error(self.code)
    }
}

impl fmt::Display for OsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_io())
    }
}

impl std::error::Error for OsError {}

#[cfg(target_os = "linux")]
impl From<rustix::io::Errno> for OsError {
    fn from(error: rustix::io::Errno) -> Self {
        Self { code: error.raw_os_error() }
    }
}

impl From<&io::Error> for OsError {
    /// What carries no number is `EIO`.
    fn from(error: &io::Error) -> Self {
        const EIO: i32 = 5;
        Self { code: error.raw_os_error().unwrap_or(EIO) }
    }
}
