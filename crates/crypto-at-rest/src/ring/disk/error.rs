//! Why a private file was not read or written.

use std::io;

/// A private file was not read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiskError {
    /// There is no such file.
    #[error("the file does not exist")]
    Missing,
    /// There is such a file already, and it is not overwritten.
    #[error("the file exists already")]
    Exists,
    /// The path is a symbolic link: what it leads to may be somebody else's choice.
    #[error("the path is a symbolic link")]
    Symlink,
    /// The path is a folder, a device, a pipe or a socket.
    #[error("the path is not a regular file")]
    NotAFile,
    /// Others than its owner may read or write the file.
    #[error("the file is open to others: mode {mode:o}, and 600 is required")]
    Exposed {
        /// Its permission bits.
        mode: u32,
    },
    /// The file is larger than anything that is written there.
    #[error("the file has more than {max} octets")]
    TooLarge {
        /// The most that is accepted.
        max: usize,
    },
    /// Another program is writing the file just now.
    #[error("another program is writing the file")]
    Busy,
    /// The system refused.
    #[error("cannot {action} the file")]
    Io {
        /// What was tried.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl DiskError {
    /// Maps an error of the system to the one of ours that it stands for.
    pub(super) fn of(action: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::AlreadyExists => Self::Exists,
            _ if source.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => Self::Symlink,
            _ => Self::Io { action, source },
        }
    }
}
