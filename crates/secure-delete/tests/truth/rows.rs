//! The rows: how each file system is made, and what the report must claim on it.

use crate::image::Image;
use crate::program::{Skip, must};
use crate::stage::Stage;
use rustix::fs::XattrFlags;
use std::ffi::OsStr;
use std::fs::File;

/// What the report must claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The overwrite went where the content was.
    InPlace,
    /// It did not, for a reason that contains this; then copies must be found.
    Not(&'static str),
    /// It may not have, for a reason that contains this; then copies may be found.
    Unknown(&'static str),
}

pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) build: fn() -> Result<Stage, Skip>,
    pub(crate) claim: Claim,
}

/// A journal in which 64 MiB fit, so that no later write pushes out what was journalled.
const EXT4: &[&str] = &["-q", "-F", "-J", "size=64", "-E", "lazy_itable_init=0,lazy_journal_init=0"];

pub(crate) const EXT4_ORDERED: Row = Row {
    name: "ext4, data=ordered",
    build: || Ok(Stage::new().image(256, "mkfs.ext4", EXT4, "data=ordered")?.filled()),
    claim: Claim::InPlace,
};

/// The first part declared void again (`FALLOC_FL_ZERO_RANGE`): its blocks keep what they held, and no read shows it. (XFS takes
/// fresh blocks for that and gives the old ones back, which is another matter.)
pub(crate) const EXT4_UNWRITTEN: Row = Row {
    name: "ext4, a part declared void",
    build: || {
        let stage = Stage::new().image(256, "mkfs.ext4", EXT4, "")?.filled();
        let victim = stage.victim();
        let victim = victim.to_str().unwrap();
        must("fallocate", ["-z", "-o", "8192", "-l", "1048576", victim])?;
        must("sync", [victim])?;
        Ok(stage)
    },
    claim: Claim::InPlace,
};

/// A file that was cut keeps the rest of its last cluster, and what was there.
pub(crate) const EXT4_BIGALLOC: Row = Row {
    name: "ext4, bigalloc, cut within a cluster",
    build: || {
        let options: Vec<_> = EXT4.iter().copied().chain(["-O", "bigalloc", "-C", "65536"]).collect();
        let stage = Stage::new().with_markers(960).image(256, "mkfs.ext4", &options, "")?.filled();
        let file = File::options().write(true).open(stage.victim()).unwrap();
        file.set_len(4096).unwrap();
        file.sync_all().unwrap();
        Ok(stage)
    },
    claim: Claim::Unknown("besides its content"),
};

pub(crate) const EXT4_ATTRIBUTE: Row = Row {
    name: "ext4, content in an extended attribute",
    build: || {
        let stage = Stage::new().image(256, "mkfs.ext4", EXT4, "")?.filled();
        let (victim, text) = (stage.victim(), stage.markers.text(0));
        rustix::fs::setxattr(&victim, "user.name", text.as_bytes(), XattrFlags::CREATE).unwrap();
        must("sync", [victim.to_str().unwrap()])?;
        Ok(stage)
    },
    claim: Claim::Not("extended attributes"),
};

pub(crate) const EXT4_JOURNAL: Row = Row {
    name: "ext4, data=journal",
    build: || Ok(Stage::new().image(256, "mkfs.ext4", EXT4, "data=journal")?.filled()),
    claim: Claim::Not("through its journal"),
};

/// The option is in the superblock, where the mount table does not show it.
pub(crate) const EXT4_JOURNAL_BY_DEFAULT: Row = Row {
    name: "ext4, journal_data in the superblock",
    build: || {
        let stage = Stage::new();
        let image = Image::make(stage.path("image"), 256, "mkfs.ext4", EXT4)?;
        must("tune2fs", ["-o", "journal_data", image.path.to_str().unwrap()])?;
        Ok(stage.adopt(image, "")?.filled())
    },
    claim: Claim::Not("through its journal"),
};

pub(crate) const EXT4_JOURNAL_FLAG: Row = Row {
    name: "ext4, nodelalloc, file marked `j`",
    build: || ext4_with_a_marked_file("nodelalloc"),
    claim: Claim::Not("marked `j`"),
};

/// With delayed allocation ext4 takes no notice of the mark.
pub(crate) const EXT4_JOURNAL_FLAG_IDLE: Row = Row {
    name: "ext4, file marked `j`",
    build: || ext4_with_a_marked_file(""),
    claim: Claim::Unknown("under other mount options"),
};

/// Marked in the image, since marking a file that is mounted takes a capability that root has not everywhere.
fn ext4_with_a_marked_file(mount: &str) -> Result<Stage, Skip> {
    let stage = Stage::new();
    let image = Image::make(stage.path("image"), 256, "mkfs.ext4", EXT4)?;
    let path = image.path.to_str().unwrap();
    must("debugfs", ["-w", "-R", "write /dev/null file", path])?;
    // EXT4_EXTENTS_FL and EXT4_JOURNAL_DATA_FL.
    must("debugfs", ["-w", "-R", "set_inode_field file flags 0x84000", path])?;
    Ok(stage.adopt(image, mount)?.filled())
}

pub(crate) const EXT4_INLINE: Row = Row {
    name: "ext4, content in the inode",
    build: || {
        let options: Vec<_> = EXT4.iter().copied().chain(["-O", "inline_data", "-I", "256"]).collect();
        // One marker is what an inode of 256 bytes has room for.
        Ok(Stage::new().with_markers(1).image(256, "mkfs.ext4", &options, "")?.filled())
    },
    claim: Claim::Not("own structures"),
};

pub(crate) const EXT2: Row = Row {
    name: "ext2",
    build: || Ok(Stage::new().image(64, "mkfs.ext2", &["-q", "-F"], "")?.filled()),
    claim: Claim::InPlace,
};

pub(crate) const XFS: Row = Row {
    name: "XFS",
    build: || Ok(Stage::new().image(512, "mkfs.xfs", &["-q"], "")?.filled()),
    claim: Claim::InPlace,
};

pub(crate) const XFS_REFLINKED: Row = Row {
    name: "XFS, reflinked file",
    build: || {
        let stage = Stage::new().image(512, "mkfs.xfs", &["-q"], "")?.filled();
        let copy = stage.root.join("copy");
        must("cp", [OsStr::new("--reflink=always"), stage.victim().as_ref(), copy.as_ref()])?;
        Ok(stage)
    },
    claim: Claim::Not("shared with another file"),
};

pub(crate) const BTRFS: Row = Row {
    name: "btrfs",
    build: || Ok(Stage::new().image(256, "mkfs.btrfs", &["-q"], "")?.filled()),
    claim: Claim::Not("writes each change to a new place"),
};

pub(crate) const BTRFS_NODATACOW: Row = Row {
    name: "btrfs, nodatacow",
    build: || Ok(Stage::new().image(256, "mkfs.btrfs", &["-q"], "nodatacow")?.filled()),
    claim: Claim::InPlace,
};

pub(crate) const BTRFS_NODATACOW_FLAG: Row = Row {
    name: "btrfs, file marked `C`",
    build: || Ok(Stage::new().image(256, "mkfs.btrfs", &["-q"], "")?.filled_without_copy_on_write()),
    claim: Claim::InPlace,
};

pub(crate) const BTRFS_SNAPSHOT: Row = Row {
    name: "btrfs, nodatacow, in a snapshot",
    build: || {
        let stage = Stage::new().image(256, "mkfs.btrfs", &["-q"], "nodatacow")?.filled();
        let (root, snapshot) = (stage.root.clone(), stage.root.join("snapshot"));
        must("btrfs", ["subvolume", "snapshot", root.to_str().unwrap(), snapshot.to_str().unwrap()])?;
        Ok(stage)
    },
    claim: Claim::Not("shared with another file or a snapshot"),
};

pub(crate) const OVERLAY_LOWER: Row = Row {
    name: "overlay, file of the lower layer",
    build: || overlay("lower"),
    claim: Claim::Unknown("lower layer"),
};

pub(crate) const OVERLAY_UPPER: Row = Row {
    name: "overlay, file of the upper layer",
    build: || overlay("upper"),
    claim: Claim::Unknown("lower layer"),
};

/// An overlay whose layers are folders of one ext4, with the file in one of them.
fn overlay(layer: &str) -> Result<Stage, Skip> {
    let stage = Stage::new();
    let layers = stage.path("layers");
    let stage = stage.image_at(&layers, 256, "mkfs.ext4", EXT4, "")?;
    let path = |name: &str| layers.join(name).to_str().unwrap().to_owned();
    for name in ["lower", "upper", "work"] {
        std::fs::create_dir(path(name)).unwrap();
    }
    let stage = stage.filled_at(&layers.join(layer).join("file"));
    let options = format!("lowerdir={},upperdir={},workdir={}", path("lower"), path("upper"), path("work"));
    stage.mount(&["-t", "overlay", "-o", &options, "overlay"])
}

pub(crate) const EXT4_ON_BTRFS: Row = Row {
    name: "ext4 in an image file on btrfs",
    build: || {
        let stage = Stage::new();
        let below = stage.path("below");
        let stage = stage.image_at(&below, 512, "mkfs.btrfs", &["-q"], "")?;
        Ok(stage.image_within(&below, 128, "mkfs.ext4")?.filled())
    },
    claim: Claim::Not("behind the loop device: `btrfs` writes each change to a new place"),
};

/// A copy of the image that shares its blocks, made when the deletion was planned already.
pub(crate) const EXT4_REFLINKED_BELOW: Row = Row {
    name: "ext4 in an image file on XFS, reflinked meanwhile",
    build: || {
        let stage = Stage::new();
        let below = stage.path("below");
        let stage = stage.image_at(&below, 512, "mkfs.xfs", &["-q"], "")?;
        let stage = stage.image_within(&below, 128, "mkfs.ext4")?.filled();
        Ok(stage.meanwhile(move || {
            let (image, copy) = (below.join("image"), below.join("copy"));
            must("cp", [OsStr::new("--reflink=always"), image.as_ref(), copy.as_ref()])
        }))
    },
    claim: Claim::Not("behind the loop device"),
};

/// What is found at the path of the image is another file: so it is in a container that has one there.
pub(crate) const EXT4_HIDDEN_IMAGE: Row = Row {
    name: "ext4 in an image file on btrfs, another file at its path",
    build: || {
        let stage = Stage::new();
        let (below, other) = (stage.path("below"), stage.path("other"));
        let stage = stage.image_at(&below, 512, "mkfs.btrfs", &["-q"], "")?;
        let stage = stage.image_within(&below, 128, "mkfs.ext4")?.filled();
        std::fs::create_dir(&other).unwrap();
        Image::make(other.join("image"), 128, "mkfs.ext4", &["-q"])?;
        stage.mount_at(&["--bind", other.to_str().unwrap()], &below)
    },
    claim: Claim::Unknown("not proven to be the one"),
};

/// Memory has no image to scan: the row tests the claim alone.
pub(crate) const TMPFS: Row = Row {
    name: "tmpfs",
    build: || Ok(Stage::new().mount(&["-t", "tmpfs", "tmpfs"])?.filled()),
    claim: Claim::InPlace,
};

pub(crate) const ALL: &[&Row] = &[
    &EXT4_ORDERED,
    &EXT4_UNWRITTEN,
    &EXT4_BIGALLOC,
    &EXT4_ATTRIBUTE,
    &EXT4_JOURNAL,
    &EXT4_JOURNAL_BY_DEFAULT,
    &EXT4_JOURNAL_FLAG,
    &EXT4_JOURNAL_FLAG_IDLE,
    &EXT4_INLINE,
    &EXT2,
    &XFS,
    &XFS_REFLINKED,
    &BTRFS,
    &BTRFS_NODATACOW,
    &BTRFS_NODATACOW_FLAG,
    &BTRFS_SNAPSHOT,
    &OVERLAY_LOWER,
    &OVERLAY_UPPER,
    &EXT4_ON_BTRFS,
    &EXT4_REFLINKED_BELOW,
    &EXT4_HIDDEN_IMAGE,
    &TMPFS,
];
