//! Whether the file that is found at the path of a loop device's file is the one behind it.
//!
//! The path is that of the mount namespace in which the loop was set up, and of the day on which it was: here and now another file
//! may be there, or another mount above it. The kernel's answer by number takes an `ioctl` that cannot be made safely. So what was
//! just written bears witness: it must be in the file where the file system says it lies on the device.

use super::device::{Device, DeviceKind};
use super::{Extents, look};
use std::os::fd::{AsFd, BorrowedFd};

/// How much is compared at most, and at least: fewer bytes could be the same by chance.
const MOST: usize = 4096;
const LEAST: usize = 16;

/// Whether that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(super) enum Behind {
    /// What lies in the file is found behind the loop device.
    Seen,
    /// It is not found there, or there is nothing that could be compared: too little, or one byte throughout, as after a pass of
    /// zeros; or there is more between than one loop device.
    NotSeen,
}

/// Compares the beginning of a file with what is behind the one loop device that its file system is on. Reads, and writes nothing.
pub(super) fn look(file: BorrowedFd<'_>, extents: Option<&Extents>, devices: &[Device]) -> Behind {
    match agrees(file, extents, devices) {
        Some(true) => Behind::Seen,
        Some(false) | None => Behind::NotSeen,
    }
}

fn agrees(file: BorrowedFd<'_>, extents: Option<&Extents>, devices: &[Device]) -> Option<bool> {
    let [device] = devices else { return None };
    if device.kind != DeviceKind::Loop {
        return None;
    }
    let backing = device.backing.as_ref()?;
    let extent = extents?.first.first()?;
    let place = backing.offset?.checked_add(extent.physical)?;
    let most = usize::try_from(extent.length).unwrap_or(MOST).min(MOST);
    let own = read(file, most, extent.logical)?;
    let telling = own.len() >= LEAST && own.iter().any(|byte| Some(byte) != own.first());
    let candidate = look::open_backing(&backing.path)?;
    let other = read(candidate.as_fd(), own.len(), place)?;
    Some(telling && own == other)
}

/// As much as one call gives.
fn read(file: BorrowedFd<'_>, most: usize, at: u64) -> Option<Vec<u8>> {
    let mut buffer = vec![0; most];
    let length = rustix::io::pread(file, buffer.as_mut_slice(), at).ok()?;
    buffer.truncate(length);
    Some(buffer)
}
