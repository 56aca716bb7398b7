//! Examining a file, and refusing what must not be deleted like one.

use super::{DeletePlan, Work};
use crate::anchor::{Folder, open_error};
use crate::assurance::Level;
use crate::error::{DeleteError, Step};
use crate::ops::{Facts, Kind, OpenFile, Ops};
use crate::policy::{OtherNames, Policy};
use crate::report::Name;
use crate::shredder::Means;
use rustix::fs::OFlags;
use rustix::io::Errno;
use std::ffi::OsStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;

/// Not to wait for whoever holds a lease, nor for anything else.
pub(super) const READ_WRITE: OFlags = OFlags::RDWR.union(OFlags::NONBLOCK);
const READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK);

/// Examines the file called `name`. Writes nothing.
pub(crate) fn draw(
    means: &Arc<Means>,
    folder: Folder,
    name: &OsStr,
    path: &OsStr,
) -> Result<DeletePlan, DeleteError> {
    let ops = &means.ops;
    // By path alone: a pipe does not wait for its other end, a device does not act, and of a link it is the link itself.
    let inode = ops
        .open_beneath(folder.descriptor(), Path::new(name), OFlags::PATH | OFlags::NOFOLLOW, means.mounts())
        .map_err(|error| open_error(Step::Open, error))?;
    let facts = facts(&**ops, inode.as_fd())?;
    let work = match permitted(&facts, &means.policy)? {
        Permitted::Overwrite => open(means, inode, &facts)?,
        Permitted::UnlinkOnly => Work::UnlinkOnly { inode },
    };
    Ok(DeletePlan {
        means: Arc::clone(means),
        folder,
        name: name.to_owned(),
        path: Name::new(path),
        facts,
        work,
        required: Level::NotDeleted,
        resumption: None,
    })
}

/// What the policy lets be done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(super) enum Permitted {
    Overwrite,
    UnlinkOnly,
}

/// What the policy lets be done to a file like this.
pub(super) fn permitted(facts: &Facts, policy: &Policy) -> Result<Permitted, DeleteError> {
    let refusal = match facts.kind {
        Kind::Folder => return Err(DeleteError::Directory),
        _ if facts.immutable => return Err(DeleteError::Immutable),
        _ if facts.append_only => return Err(DeleteError::AppendOnly),
        Kind::Link => DeleteError::Symlink,
        Kind::Device => DeleteError::Device,
        Kind::Fifo => DeleteError::Fifo,
        Kind::Socket => DeleteError::Socket,
        Kind::File if facts.links > 1 => DeleteError::HardLinked { links: facts.links },
        Kind::File if policy.passes().is_empty() => return Ok(Permitted::UnlinkOnly),
        Kind::File => return Ok(Permitted::Overwrite),
    };
    match policy.other_names() {
        OtherNames::UnlinkOnlyThisName => Ok(Permitted::UnlinkOnly),
        OtherNames::DangerOverwriteAllNames if facts.kind == Kind::File => Ok(Permitted::Overwrite),
        OtherNames::DangerOverwriteAllNames | OtherNames::Refuse => Err(refusal),
    }
}

fn open(means: &Means, inode: OwnedFd, facts: &Facts) -> Result<Work, DeleteError> {
    let ops = &means.ops;
    match writable(&**ops, inode.as_fd(), facts) {
        Ok(file) => {
            let storage = Box::new(means.examine(file.as_fd()));
            let file = Box::new(OpenFile::new(Arc::clone(ops), file, facts).knowing(&storage));
            Ok(Work::Overwrite { file, storage })
        }
        Err(Errno::ACCESS) if facts.owner == ops.user() => {
            let reader = ops.reopen(inode.as_fd(), READ).ok();
            let storage = reader.map(|file| Box::new(means.examine(file.as_fd())));
            Ok(Work::OverwriteReadOnly { inode, storage })
        }
        Err(error) => Err(reopen_error(error)),
    }
}

/// What it means that an inode, which is there since it is open, could not be opened once more: never that there is no such file.
pub(super) fn reopen_error(error: Errno) -> DeleteError {
    match error {
        Errno::TXTBSY | Errno::WOULDBLOCK => open_error(Step::Reopen, error),
        error => DeleteError::os(Step::Reopen, error),
    }
}

/// The same inode, open for reading and writing.
pub(super) fn writable(ops: &dyn Ops, inode: BorrowedFd<'_>, expected: &Facts) -> Result<OwnedFd, Errno> {
    let file = ops.reopen(inode, READ_WRITE)?;
    // What answers under `/proc` may be no kernel's.
    if ops.facts(file.as_fd())?.key != expected.key {
        return Err(Errno::STALE);
    }
    // Writing nothing changes nothing, and is refused for a file that the kernel swaps to.
    match ops.write_at(file.as_fd(), &[], 0) {
        Err(Errno::TXTBSY) => Err(Errno::TXTBSY),
        _ => Ok(file),
    }
}

fn facts(ops: &dyn Ops, file: BorrowedFd<'_>) -> Result<Facts, DeleteError> {
    ops.facts(file).map_err(|error| DeleteError::os(Step::Examine, error))
}
