//! What the system says of a file.

use rustix::fs::{FileType, Statx, StatxAttributes, StatxFlags};

/// Which inode it is. As long as a descriptor of it is open, no other file can be given the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    /// The device, as major and minor number.
    pub(crate) device: (u32, u32),
    /// The inode's number on it.
    pub(crate) inode: u64,
}

/// When it was last written, and how long it was then. If neither changed, nobody wrote, as far as the file system keeps time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    len: u64,
    modified: (i64, u32),
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    File,
    Folder,
    Link,
    Device,
    Fifo,
    Socket,
}

/// What the system says of a file (`statx`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    pub(crate) key: Key,
    pub(crate) kind: Kind,
    pub(crate) links: u64,
    pub(crate) len: u64,
    /// Bytes of blocks that it owns.
    pub(crate) allocated: u64,
    pub(crate) owner: u32,
    /// Permission bits.
    pub(crate) mode: u32,
    pub(crate) immutable: bool,
    pub(crate) append_only: bool,
    pub(crate) stamp: Stamp,
    /// When the inode was made, where the file system keeps that: with its number, as good as its generation.
    pub(crate) born: Option<(i64, u32)>,
}

impl Facts {
    pub(crate) fn new(stat: &Statx) -> Self {
        let mode = u32::from(stat.stx_mode);
        let kind = match FileType::from_raw_mode(mode) {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            FileType::Fifo => Kind::Fifo,
            FileType::Socket => Kind::Socket,
            // What is of no known kind is treated as what must least be touched.
            _ => Kind::Device,
        };
        let modified = (stat.stx_mtime.tv_sec, stat.stx_mtime.tv_nsec);
        Self {
            key: Key { device: (stat.stx_dev_major, stat.stx_dev_minor), inode: stat.stx_ino },
            kind,
            links: u64::from(stat.stx_nlink),
            len: stat.stx_size,
            allocated: stat.stx_blocks.saturating_mul(512),
            owner: stat.stx_uid,
            mode: mode & 0o7777,
            immutable: stat.stx_attributes.contains(StatxAttributes::IMMUTABLE),
            append_only: stat.stx_attributes.contains(StatxAttributes::APPEND),
            stamp: Stamp { len: stat.stx_size, modified },
            born: (stat.stx_mask & StatxFlags::BTIME.bits() != 0)
                .then_some((stat.stx_btime.tv_sec, stat.stx_btime.tv_nsec)),
        }
    }
}
