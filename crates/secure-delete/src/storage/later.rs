//! The second look: what may have changed between the two, besides the extents.

use super::behind::Behind;
use super::device::Device;
use super::extents::{Likeness, places};
use super::ground::Ground;
use super::{InodeFlags, Reason};
use rustix::fs::flistxattr;
use rustix::io::Errno;
use serde::Serialize;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

/// All that the second look reads anew: a snapshot, a remount or a mark may have come meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Later {
    pub(super) ground: Arc<Ground>,
    pub(super) flags: Option<InodeFlags>,
    pub(super) owned: Owned,
    pub(super) behind: Behind,
}

/// What an inode owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(super) struct Owned {
    /// Bytes of blocks, those of its own structures included; `None` where the system does not tell.
    pub(super) allocated: Option<u64>,
    /// How many extended attributes; `None` where the system does not tell.
    pub(super) attributes: Option<u64>,
    /// How many of them were set by programs, and may say anything (`user.`, and as far as it can be seen, `trusted.`).
    pub(super) attributes_of_programs: Option<u64>,
}

/// `XATTR_LIST_MAX` of `linux/limits.h`.
const LONGEST_LIST: usize = 64 * 1024;
const USUAL_LIST: usize = 256;

impl Owned {
    pub(super) fn read(file: BorrowedFd<'_>, allocated: Option<u64>) -> Self {
        let count = |names: &[u8], prefixes: &[&[u8]]| {
            let names = names.split(|byte| *byte == 0).filter(|name| !name.is_empty());
            names.filter(|name| prefixes.iter().any(|prefix| name.starts_with(prefix))).count() as u64
        };
        let names = names(file);
        Self {
            allocated,
            attributes: names.as_deref().map(|names| count(names, &[b""])),
            attributes_of_programs: names.as_deref().map(|names| count(names, &[b"user.", b"trusted."])),
        }
    }
}

fn names(file: BorrowedFd<'_>) -> Option<Vec<u8>> {
    let read = |room: usize| {
        let mut buffer = vec![0; room];
        let length = flistxattr(file, buffer.as_mut_slice())?;
        buffer.truncate(length);
        Ok(buffer)
    };
    match read(USUAL_LIST)
        .or_else(|error| if error == Errno::RANGE { read(LONGEST_LIST) } else { Err(error) })
    {
        Ok(names) => Some(names),
        Err(Errno::NOTSUP) => Some(Vec::new()),
        Err(_) => None,
    }
}

/// Whether two looks found the same devices, and the files behind loops where they lay.
pub(super) fn compare(before: &[Device], later: &[Device]) -> Vec<Reason> {
    if before.len() != later.len() {
        return vec![Reason::DevicesChanged];
    }
    before.iter().zip(later).flat_map(|(before, later)| compare_one(before, later)).collect()
}

fn compare_one(before: &Device, later: &Device) -> Vec<Reason> {
    if (before.number, &before.kind) != (later.number, &later.kind) {
        return vec![Reason::DevicesChanged];
    }
    let mut reasons = compare(&before.below, &later.below);
    let (before, later) = (before.backing_storage(), later.backing_storage());
    if let (Some(before), Some(later)) = (before, later) {
        let moved = match (&before.before, &later.before) {
            (Ok(before), Ok(later)) => match places::compare(before, later) {
                Likeness::Same => None,
                Likeness::Moved => Some(Reason::ExtentsMoved),
                Likeness::Unknown => Some(Reason::TooManyExtents),
            },
            // Said where each of the two is judged.
            _ => None,
        };
        let below = compare(&before.ground.devices, &later.ground.devices);
        let reasons_below = moved.into_iter().chain(below);
        reasons.extend(reasons_below.map(|reason| Reason::Backing { reason: Box::new(reason) }));
    }
    reasons
}
