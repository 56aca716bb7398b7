//! What an inode is marked with.

use rustix::fs::{StatxAttributes, ioctl_getflags};
use serde::{Serialize, Serializer};
use std::fmt;
use std::os::fd::BorrowedFd;

/// The marks of an inode that matter to a deletion: those of `FS_IOC_GETFLAGS`, joined with the attributes of `statx`.
///
/// Shown and serialised as names, such as `data-journal`; marks that are not named here are left out.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct InodeFlags(u32);

/// The bits are those of `linux/fs.h` (`FS_…_FL`), the names those of `chattr(1)` where it has some.
const NAMES: &[(u32, &str)] = &[
    (0x0000_0001, "secure-deletion"),
    (0x0000_0002, "undeletable"),
    (0x0000_0004, "compressed"),
    (0x0000_0008, "synchronous"),
    (0x0000_0010, "immutable"),
    (0x0000_0020, "append-only"),
    (0x0000_0800, "encrypted"),
    (0x0000_4000, "data-journal"),
    (0x0010_0000, "verity"),
    (0x0080_0000, "no-copy-on-write"),
    (0x0200_0000, "dax"),
    (0x1000_0000, "inline-data"),
    (0x4000_0000, "casefold"),
];

/// Attributes of `statx` and the flag that says the same.
const ATTRIBUTES: &[(StatxAttributes, u32)] = &[
    (StatxAttributes::COMPRESSED, 0x0000_0004),
    (StatxAttributes::IMMUTABLE, 0x0000_0010),
    (StatxAttributes::APPEND, 0x0000_0020),
    (StatxAttributes::ENCRYPTED, 0x0000_0800),
    (StatxAttributes::VERITY, 0x0010_0000),
    (StatxAttributes::DAX, 0x0200_0000),
];

impl InodeFlags {
    /// `None` where the file system has no such flags, or does not tell.
    pub(super) fn read(file: BorrowedFd<'_>, attributes: StatxAttributes) -> Option<Self> {
        let flags = ioctl_getflags(file).ok()?.bits();
        let told = ATTRIBUTES.iter().filter(|(attribute, _)| attributes.contains(*attribute));
        Some(Self(told.fold(flags, |flags, (_, flag)| flags | flag)))
    }

    /// Whether the inode is marked `name`, a name of this type's `Display`. False for a name that there is not.
    #[must_use]
    pub fn contains(self, name: &str) -> bool {
        self.names().any(|mark| mark == name)
    }

    /// The marks, in the order of their bits.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES.iter().filter(move |(bit, _)| self.0 & bit != 0).map(|(_, name)| *name)
    }

    pub(super) fn data_journal(self) -> bool {
        self.0 & 0x0000_4000 != 0
    }

    pub(super) fn no_copy_on_write(self) -> bool {
        self.0 & 0x0080_0000 != 0
    }

    /// `EXT4_EXTENTS_FL`: the file is mapped by extents, not by pointers.
    pub(super) fn extents(self) -> bool {
        self.0 & 0x0008_0000 != 0
    }

    pub(super) fn compressed(self) -> bool {
        self.0 & 0x0000_0004 != 0
    }

    #[cfg(test)]
    pub(super) fn mapped_by_extents() -> Self {
        Self(0x0008_0000)
    }

    #[cfg(test)]
    pub(super) fn named(names: &[&str]) -> Self {
        Self(NAMES.iter().filter(|(_, name)| names.contains(name)).fold(0, |bits, (bit, _)| bits | bit))
    }
}

impl fmt::Display for InodeFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Debug for InodeFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InodeFlags({self})")
    }
}

impl Serialize for InodeFlags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}
