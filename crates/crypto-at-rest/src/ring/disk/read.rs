//! Reading a file that must be private.

use super::DiskError;
use rustix::fs::OFlags;
use std::fs::{File, Metadata, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use zeroize::Zeroizing;

/// The permission bits of everybody but the owner.
const OTHERS: u32 = 0o077;

/// A file's identity and times: it differs after every write, also where one kept length and modification time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    device: u64,
    inode: u64,
    len: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// Reads the whole of `path`, at most `max` octets, if it is a regular file that only its owner may touch. Nothing is read of one
/// that is larger, and a pipe does not make us wait.
pub(in crate::ring) fn read_private(path: &Path, max: usize) -> Result<Zeroizing<Vec<u8>>, DiskError> {
    let file = open(path)?;
    let metadata = file.metadata().map_err(DiskError::of("inspect"))?;
    if !metadata.is_file() {
        return Err(DiskError::NotAFile);
    }
    let mode = metadata.mode() & 0o7777;
    if mode & OTHERS != 0 {
        return Err(DiskError::Exposed { mode });
    }
    let too_large = DiskError::TooLarge { max };
    let len = usize::try_from(metadata.len()).ok().filter(|len| *len <= max).ok_or(too_large)?;
    // Grown buffers leave copies behind; one more octet shows a file that grew since.
    let mut octets = Zeroizing::new(Vec::with_capacity(len.saturating_add(1)));
    let limit = u64::try_from(len).unwrap_or(u64::MAX).saturating_add(1);
    file.take(limit).read_to_end(&mut octets).map_err(DiskError::of("read"))?;
    if octets.len() > len { Err(DiskError::Busy) } else { Ok(octets) }
}

/// The stamp of what is at `path` now. One call of the system, whatever the file's size.
pub(in crate::ring) fn stamp(path: &Path) -> Result<FileStamp, DiskError> {
    std::fs::symlink_metadata(path).map(|metadata| FileStamp::of(&metadata)).map_err(DiskError::of("inspect"))
}

impl FileStamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            len: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

fn open(path: &Path) -> Result<File, DiskError> {
    OpenOptions::new().read(true).custom_flags(flags()).open(path).map_err(DiskError::of("open"))
}

/// No symbolic link is followed, and opening a pipe does not wait for its other end.
pub(super) fn flags() -> i32 {
    (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC).bits().cast_signed()
}
