//! The folder that has the name.

use crate::error::{DeleteError, Step};
use crate::ops::{Entry, Facts, Ops};
use std::ffi::OsStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

/// The folder that has a file's name, open, so that no other can take its place.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    file: Arc<OwnedFd>,
    owner: u32,
    mode: u32,
    user: u32,
}

/// Who else can change what a name in a folder leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Nobody but the system's administrator and other processes of this user, who may replace a file under a name they know, and
    /// have no cause to touch one that they cannot know.
    Ours,
    /// Others, who may see a random name and act on it.
    Shared,
}

/// `S_ISVTX`: names belong to the owners of what they lead to.
const STICKY: u32 = 0o1000;
/// The write bits of group and others. With an access control list, the group's bits are its mask: no entry gives more.
const WRITABLE_BY_OTHERS: u32 = 0o022;

impl Folder {
    pub(crate) fn new(ops: &dyn Ops, file: OwnedFd) -> Result<Self, DeleteError> {
        let facts = ops.facts(file.as_fd()).map_err(|error| DeleteError::os(Step::OpenFolder, error))?;
        Ok(Self { file: Arc::new(file), owner: facts.owner, mode: facts.mode, user: ops.user() })
    }

    pub(crate) fn descriptor(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    pub(crate) fn entry<'a>(&'a self, name: &'a OsStr) -> Entry<'a> {
        Entry::new(self.descriptor(), name)
    }

    /// Who else can change what the name of `file` leads to.
    pub(crate) fn guard(&self, file: &Facts) -> Guard {
        let trusted = |owner: u32| owner == 0 || owner == self.user;
        let closed = self.mode & WRITABLE_BY_OTHERS == 0 || (self.mode & STICKY != 0 && trusted(file.owner));
        if trusted(self.owner) && closed { Guard::Ours } else { Guard::Shared }
    }
}
