//! Every system call on a file that is being deleted, so that a test can stand between any two of them.

mod facts;
mod linux;
mod open_file;
#[cfg(test)]
mod stepped;

pub(crate) use facts::{Facts, Key, Kind, Stamp};
pub(crate) use linux::Linux;
pub(crate) use open_file::OpenFile;
#[cfg(test)]
pub(crate) use stepped::{Call, Fate, Stepped};

use crate::storage::{Examiner, InPlace, Storage};
use rustix::fs::OFlags;
use rustix::io::Result;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

/// Whether a path may lead onto another file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mounts {
    /// It may not.
    Stay,
    /// The policy allows it.
    Cross,
}

/// Where a name stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    /// In which folder.
    pub(crate) folder: BorrowedFd<'a>,
    /// Which name.
    pub(crate) name: &'a OsStr,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(folder: BorrowedFd<'a>, name: &'a OsStr) -> Self {
        Self { folder, name }
    }
}

/// What a folder says of one of its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The name.
    pub(crate) name: OsString,
    /// Whether it is a folder; `None` where the file system does not say. What it is in truth is found out when it is opened.
    pub(crate) folder: Option<bool>,
    /// The inode's number, as the folder has it.
    pub(crate) inode: u64,
}

/// The system. Only descriptors and single names beneath them: no path is ever resolved a second time.
pub(crate) trait Ops: Send + Sync + fmt::Debug {
    /// Opens the folder that nothing may lead out of. Links in this one path are followed: it is the caller's own.
    fn open_root(&self, path: &Path) -> Result<OwnedFd>;
    /// Opens what lies beneath `folder`, following no link of any kind and leaving it by no name. The last name may be a link only
    /// where the flags say to open the link itself.
    fn open_beneath(
        &self,
        folder: BorrowedFd<'_>,
        path: &Path,
        flags: OFlags,
        mounts: Mounts,
    ) -> Result<OwnedFd>;
    /// Opens the same inode again with other rights.
    fn reopen(&self, file: BorrowedFd<'_>, flags: OFlags) -> Result<OwnedFd>;
    /// What is known of an open file.
    fn facts(&self, file: BorrowedFd<'_>) -> Result<Facts>;
    /// What is known of the file that a name leads to now; of a link, of the link itself.
    fn facts_of(&self, entry: Entry<'_>) -> Result<Facts>;
    /// The size of a block of the file system.
    fn block(&self, file: BorrowedFd<'_>) -> Result<u64>;
    /// Changes the permission bits of an open file.
    fn change_mode(&self, file: BorrowedFd<'_>, mode: u32) -> Result<()>;
    /// Who acts.
    fn user(&self) -> u32;

    /// `ftruncate`.
    fn set_len(&self, file: BorrowedFd<'_>, len: u64) -> Result<()>;
    /// `SEEK_DATA`.
    fn data(&self, file: BorrowedFd<'_>, from: u64) -> Result<u64>;
    /// `SEEK_HOLE`.
    fn hole(&self, file: BorrowedFd<'_>, from: u64) -> Result<u64>;
    /// `pwrite`.
    fn write_at(&self, file: BorrowedFd<'_>, buffer: &[u8], at: u64) -> Result<usize>;
    /// `pread`.
    fn read_at(&self, file: BorrowedFd<'_>, buffer: &mut [u8], at: u64) -> Result<usize>;
    /// `fdatasync`.
    fn sync(&self, file: BorrowedFd<'_>) -> Result<()>;
    /// `POSIX_FADV_DONTNEED`.
    fn forget(&self, file: BorrowedFd<'_>, at: u64, len: u64);
    /// Switches `O_DIRECT`.
    fn set_direct(&self, file: BorrowedFd<'_>, on: bool) -> Result<()>;

    /// `fsync` of a folder.
    fn sync_folder(&self, folder: BorrowedFd<'_>) -> Result<()>;
    /// The next entries of an open folder, without `.` and `..`, as many as one call gives; none at its end.
    fn list(&self, folder: BorrowedFd<'_>) -> Result<Vec<Listed>>;
    /// `syncfs`: everything that was written to the file system of `folder` is on the medium, or this fails. A write that failed since
    /// `folder` was opened is told, which takes Linux 5.8; an older one is refused by `ENOSYS`.
    fn sync_file_system(&self, folder: BorrowedFd<'_>) -> Result<()>;
    /// Makes a folder that is its owner's alone.
    fn make_folder(&self, entry: Entry<'_>) -> Result<()>;
    /// Removes an empty folder.
    fn remove_folder(&self, entry: Entry<'_>) -> Result<()>;
    /// Renames, and fails where the new name is taken.
    fn rename(&self, from: Entry<'_>, to: Entry<'_>) -> Result<()>;
    /// Renames, and replaces: only into a private folder.
    fn rename_over(&self, from: Entry<'_>, to: Entry<'_>) -> Result<()>;
    /// Gives the file of one name another, and fails where that is taken: only out of a private folder.
    fn link(&self, from: Entry<'_>, to: Entry<'_>) -> Result<()>;
    /// Removes a name.
    fn unlink(&self, entry: Entry<'_>) -> Result<()>;

    /// Where the content lies. The examiner remembers what the files of one mount share.
    fn examine(&self, examiner: &Examiner, file: BorrowedFd<'_>) -> Storage;
    /// Where it lies now.
    fn look_again(&self, storage: &mut Storage, file: BorrowedFd<'_>);
    /// What that can amount to.
    fn prospect(&self, storage: &Storage) -> InPlace;
    /// What that amounts to.
    fn in_place(&self, storage: &Storage) -> InPlace;
}
