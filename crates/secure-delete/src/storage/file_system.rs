//! Which file system, as far as it decides where an overwrite goes.

use super::text::closed;
use rustix::fs::FsWord;
use serde::Serialize;
use std::fmt;

/// The file system that a file is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FileSystem {
    /// ext2: in place, without a journal.
    Ext2,
    /// ext3: in place but where data is journalled.
    Ext3,
    /// ext4: in place but where data is journalled or stands in the inode.
    Ext4,
    /// XFS: in place but where blocks are shared.
    Xfs,
    /// btrfs: a copy at each write but where an inode is marked otherwise.
    Btrfs,
    /// tmpfs, ramfs: memory.
    Tmpfs,
    /// Folders laid over each other; a file of a lower one is copied before it is written.
    Overlay,
    /// F2FS: mostly a log, in which an overwrite goes to a new place.
    F2fs,
    /// A file system that writes each change to a new place: ZFS, bcachefs, NILFS2.
    CopyOnWrite(String),
    /// Files of another machine.
    Network(String),
    /// A program in user space answers.
    UserSpace(String),
    /// Any other.
    Other(String),
}

/// The numbers are those of `linux/magic.h`.
const MAGIC: &[(FsWord, &str)] = &[
    (0x9123_683e, "btrfs"),
    (0x5846_5342, "xfs"),
    (0x0102_1994, "tmpfs"),
    (0x8584_58f6, "ramfs"),
    (0x794c_7630, "overlay"),
    (0xf2f5_2010, "f2fs"),
    (0x2fc1_2fc1, "zfs"),
    (0xca45_1a4e, "bcachefs"),
    (0x3434, "nilfs2"),
    (0x6969, "nfs"),
    (0xff53_4d42, "cifs"),
    (0xfe53_4d42, "smb3"),
    (0x00c3_6400, "ceph"),
    (0x0102_1997, "9p"),
    (0x6573_5546, "fuse"),
];

/// ext2, ext3 and ext4 share one number.
const EXT: FsWord = 0xef53;

impl FileSystem {
    /// From the type of the mount table and the number of `fstatfs`. The table is the finer of the two; where they contradict
    /// each other (the mount's number was used again meanwhile) neither is believed.
    pub(super) fn new(mounted: Option<&str>, magic: Option<FsWord>) -> Self {
        match (mounted, magic) {
            (Some(name), None) => Self::named(name),
            (Some(name), Some(magic)) => {
                let known = Self::named(name);
                if known.bears(magic) {
                    known
                } else {
                    Self::Other(format!("{} or {magic:#x}", closed(name)))
                }
            }
            // The most that can be wrong with an ext file system; what its journal holds is found out separately.
            (None, Some(EXT)) => Self::Ext4,
            (None, Some(magic)) => match MAGIC.iter().find(|(number, _)| *number == magic) {
                Some((_, name)) => Self::named(name),
                None => Self::Other(format!("{magic:#x}")),
            },
            (None, None) => Self::Other("unknown".into()),
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "ext2" => Self::Ext2,
            "ext3" => Self::Ext3,
            "ext4" => Self::Ext4,
            "xfs" => Self::Xfs,
            "btrfs" => Self::Btrfs,
            "tmpfs" | "ramfs" | "devtmpfs" => Self::Tmpfs,
            "overlay" => Self::Overlay,
            "f2fs" => Self::F2fs,
            "zfs" | "bcachefs" | "nilfs2" => Self::CopyOnWrite(name.into()),
            "nfs" | "nfs4" | "cifs" | "smb3" | "smbfs" | "ceph" | "9p" | "virtiofs" | "afs" | "glusterfs" => {
                Self::Network(name.into())
            }
            // Behind the point stands what whoever mounts likes.
            "fuseblk" => Self::UserSpace(name.into()),
            _ if name.starts_with("fuseblk.") => Self::UserSpace("fuseblk".into()),
            _ if name.starts_with("fuse") => Self::UserSpace("fuse".into()),
            _ => Self::Other(closed(name)),
        }
    }

    /// Whether `fstatfs` would give the number for this file system. One whose number is not known here could give any that is
    /// not another's.
    fn bears(&self, magic: FsWord) -> bool {
        let of_magic = MAGIC.iter().find(|(number, _)| *number == magic).map(|(_, name)| Self::named(name));
        match (self, of_magic) {
            (Self::Ext2 | Self::Ext3 | Self::Ext4, _) => magic == EXT,
            (Self::Xfs | Self::Btrfs | Self::Tmpfs | Self::Overlay | Self::F2fs, of_magic) => {
                of_magic.as_ref() == Some(self)
            }
            // Nothing good is concluded of these, whatever the number.
            (_, _) => true,
        }
    }
}

impl fmt::Display for FileSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ext2 => "ext2",
            Self::Ext3 => "ext3",
            Self::Ext4 => "ext4",
            Self::Xfs => "xfs",
            Self::Btrfs => "btrfs",
            Self::Tmpfs => "tmpfs",
            Self::Overlay => "overlay",
            Self::F2fs => "f2fs",
            Self::CopyOnWrite(name) | Self::Network(name) | Self::UserSpace(name) | Self::Other(name) => name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confusion_of_table_and_number_is_believed_by_neither() {
        assert_eq!(FileSystem::new(Some("ext4"), Some(EXT)), FileSystem::Ext4);
        assert_eq!(FileSystem::new(Some("xfs"), Some(0x5846_5342)), FileSystem::Xfs);
        for (name, magic) in [("ext4", 0x9123_683e), ("xfs", EXT), ("tmpfs", EXT), ("btrfs", 0x5846_5342)] {
            assert!(matches!(FileSystem::new(Some(name), Some(magic)), FileSystem::Other(_)), "{name}");
        }
    }

    #[test]
    fn enumeration_of_people_by_names_that_whoever_mounts_chooses_is_cut_off() {
        let person = FileSystem::new(Some("fuse.erika-mustermann"), None);
        assert_eq!(person, FileSystem::UserSpace("fuse".into()));
        let long = FileSystem::new(Some(&format!("my fs/{}", "x".repeat(99))), None);
        assert_eq!(long, FileSystem::Other(format!("my_fs_{}", "x".repeat(26))));
    }

    #[test]
    fn without_a_table_the_number_says_what_it_can() {
        assert_eq!(FileSystem::new(None, Some(EXT)), FileSystem::Ext4);
        assert_eq!(FileSystem::new(None, Some(0x0102_1994)), FileSystem::Tmpfs);
        assert_eq!(FileSystem::new(None, Some(0x6573_5546)), FileSystem::UserSpace("fuse".into()));
        assert_eq!(FileSystem::new(None, Some(7)), FileSystem::Other("0x7".into()));
        assert_eq!(FileSystem::new(None, None), FileSystem::Other("unknown".into()));
    }

    #[test]
    fn a_file_system_of_user_space_is_never_taken_for_what_it_serves() {
        for name in ["fuse.ext4", "fuseblk", "fuse"] {
            let plain = name.split('.').next().unwrap();
            assert_eq!(FileSystem::new(Some(name), None), FileSystem::UserSpace(plain.into()));
        }
    }
}
