//! The parts of a report.

use super::Name;
use crate::ops::{Facts, Kind};
use serde::Serialize;

/// Which file it was, as examined before anything was done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Identity {
    /// Major number of the device that the file system says it is on.
    pub device_major: u32,
    /// Minor number.
    pub device_minor: u32,
    /// The inode's number there.
    pub inode: u64,
    /// How many names it had.
    pub links: u64,
    /// Its length in bytes.
    pub length: u64,
    /// Bytes of blocks that it owned.
    pub allocated: u64,
    /// What it was.
    pub kind: FileKind,
}

/// What a name led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FileKind {
    /// A regular file.
    File,
    /// A symbolic link itself, not what it points to.
    Symlink,
    /// A named pipe.
    Fifo,
    /// A socket.
    Socket,
    /// A device node.
    Device,
    /// A folder.
    Directory,
}

impl Identity {
    pub(crate) fn new(facts: &Facts) -> Self {
        Self {
            device_major: facts.key.device.0,
            device_minor: facts.key.device.1,
            inode: facts.key.inode,
            links: facts.links,
            length: facts.len,
            allocated: facts.allocated,
            kind: match facts.kind {
                Kind::File => FileKind::File,
                Kind::Folder => FileKind::Directory,
                Kind::Link => FileKind::Symlink,
                Kind::Device => FileKind::Device,
                Kind::Fifo => FileKind::Fifo,
                Kind::Socket => FileKind::Socket,
            },
        }
    }
}

/// What was done to the name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Namespace {
    /// Renames to random names of the same length in the same folder, each verified to have moved this file and no other.
    pub renames: u32,
    /// Whether a private folder was used, in which nobody else could change what the name leads to.
    pub sheltered: bool,
    /// Whether the content was cut to nothing before the name was removed.
    pub truncated: bool,
    /// Whether the name was removed.
    pub unlinked: bool,
    /// Where the deletion stopped and could not give the file its own name back: the name it has in the same folder.
    pub left_as: Option<Name>,
    /// Where another file took the name in the instant of a rename and could not be given it back: where it is now.
    pub displaced: Option<Name>,
    /// A private folder that could not be removed again.
    pub shelter_left: Option<Name>,
}

/// What was done to the permission bits of a file that could not be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ModeChange {
    /// Nothing had to be done.
    #[default]
    None,
    /// The owner's right to write was added.
    MadeWritable,
    /// It was added, and taken away again because the deletion stopped.
    Restored,
}
