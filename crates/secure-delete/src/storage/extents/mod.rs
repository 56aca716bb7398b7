//! Where on its device a file lies.

mod fold;
mod map;
pub(super) mod places;
#[cfg(test)]
mod tests;

pub(super) use map::Likeness;
pub use map::{Extent, Extents};

use fiemap::{Fiemap, FiemapExtentFlags, FiemapFlags};
use fold::Fold;
use std::io;
use std::os::fd::BorrowedFd;

/// How many extents are read of one file at most: at the smallest block of 4 KiB, 64 GiB in which no two blocks are neighbours.
const MAX_READ: u64 = 1 << 24;

/// The extents of the file up to byte `end`, asked of the kernel by `FIEMAP` after it has written back what it had in memory.
/// One system call for each eight extents.
pub(super) fn read(file: BorrowedFd<'_>, end: u64, kept: usize) -> io::Result<Extents> {
    let extents = Fiemap::with_flags(file, FiemapFlags::SYNC);
    gather(extents.map(|extent| extent.map(Raw::from)), end, kept, MAX_READ)
}

fn gather(
    extents: impl Iterator<Item = io::Result<Raw>>,
    end: u64,
    kept: usize,
    max: u64,
) -> io::Result<Extents> {
    let mut fold = Fold::new(end, kept);
    for (index, extent) in (0_u64..).zip(extents) {
        let extent = extent?;
        if extent.logical >= end {
            break;
        }
        if index >= max {
            return Ok(fold.finish(false));
        }
        fold.add(extent);
    }
    Ok(fold.finish(true))
}

/// An extent as the kernel gives it.
#[derive(Debug, Clone, Copy)]
struct Raw {
    logical: u64,
    physical: u64,
    length: u64,
    flags: FiemapExtentFlags,
}

impl From<fiemap::FiemapExtent> for Raw {
    fn from(extent: fiemap::FiemapExtent) -> Self {
        Self {
            logical: extent.fe_logical,
            physical: extent.fe_physical,
            length: extent.fe_length,
            flags: extent.fe_flags,
        }
    }
}
