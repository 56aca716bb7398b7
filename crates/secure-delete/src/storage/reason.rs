use crate::overwrite::Shortfall;
use serde::Serialize;

/// Why an overwrite is known not to have gone, or is not known to have gone, where the content lay.
///
/// `Display` is for the operator. It names kinds of things, never a file, a path or a user.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    // What the engine saw.
    /// What was asked was not all done.
    #[error("{0}")]
    Overwrite(Shortfall),
    /// A sync failed: what the device holds is not known, whatever later syncs say.
    #[error("a sync failed")]
    SyncFailed,
    /// Somebody else wrote to the file while it was being deleted.
    #[error("somebody else wrote to the file meanwhile")]
    ChangedMeanwhile,
    /// A run that was killed had judged the overwrite, and had cut the file to nothing, so that its reasons cannot be had again.
    #[error("a run that was killed judged the overwrite, and its reasons are not kept")]
    Interrupted,
    // What the storage says.
    /// Where the content lies was not looked at.
    #[error("where the content lies was not looked at")]
    NotExamined,
    /// The file system journals data.
    #[error("`{file_system}` writes data through its journal (`data=journal`): copies remain there")]
    DataJournal {
        /// ext3 or ext4.
        file_system: String,
    },
    /// The inode's data is journalled.
    #[error("the file is marked `j`: its data goes through the journal, where copies remain")]
    DataJournalFlag,
    /// The inode's data would be journalled under other options.
    #[error(
        "the file is marked `j`: under other mount options its data went through the journal, where copies may remain"
    )]
    DataJournalFlagIdle,
    /// Each write goes to a new place.
    #[error(
        "`{file_system}` writes each change to a new place: the old blocks remain until they are used again"
    )]
    CopyOnWrite {
        /// Such as btrfs.
        file_system: String,
    },
    /// Blocks belong to another file or to a snapshot as well.
    #[error("{bytes} bytes are shared with another file or a snapshot, which keeps them")]
    SharedExtents {
        /// How many bytes, at the look that found more.
        bytes: u64,
    },
    /// Blocks without data, which a read does not show.
    #[error("{bytes} bytes of blocks are declared void and were not written over: what lies there stays")]
    Unwritten {
        /// How many bytes, at the last look.
        bytes: u64,
    },
    /// More blocks than the content has.
    #[error(
        "{bytes} bytes of blocks belong to the file besides its content, such as behind its end, and were not written over"
    )]
    Unaccounted {
        /// How many bytes, at the look that found more.
        bytes: u64,
    },
    /// Attributes that programs set are not written over.
    #[error("the file has extended attributes, which are not written over")]
    ExtendedAttributes,
    /// The extended attributes are not to be had.
    #[error("whether the file has extended attributes is not to be found out")]
    ExtendedAttributesUnknown,
    /// The content stands in a structure of the file system.
    #[error(
        "the content stands in the file system's own structures, of which the journal or older copies remain"
    )]
    Inline,
    /// The content is stored in another form.
    #[error("the content is compressed or encoded: an overwrite takes another place than what it replaces")]
    Encoded,
    /// The content lay elsewhere after the overwrite.
    #[error("the file lies elsewhere than before the overwrite: the old blocks were not written")]
    ExtentsMoved,
    /// An F2FS, or another log.
    #[error(
        "`{file_system}` is written as a log: an overwrite may go to a new place, and cleaning moves blocks"
    )]
    LogStructured {
        /// Such as f2fs.
        file_system: String,
    },
    /// The file system's habits are not known here.
    #[error("how `{file_system}` overwrites is not known")]
    FileSystemUnknown {
        /// Its type, or its number.
        file_system: String,
    },
    /// Files of another machine.
    #[error("the file is on another machine (`{file_system}`), whose storage cannot be seen from here")]
    NetworkFileSystem {
        /// Such as nfs4.
        file_system: String,
    },
    /// A program answers for the file system.
    #[error("a program in user space (`{file_system}`) decides where an overwrite goes")]
    UserSpaceFileSystem {
        /// `fuse` or `fuseblk`; what answers is in the mount.
        file_system: String,
    },
    /// Folders laid over each other.
    #[error("a file of an overlay may have a first copy in a lower layer, which is never written")]
    OverlayLayers,
    /// Not known whether data is journalled.
    #[error("whether `{file_system}` journals data is not to be found out")]
    JournalModeUnknown {
        /// ext3 or ext4.
        file_system: String,
    },
    /// The inode's marks are not to be had.
    #[error("the inode's flags are not to be found out")]
    InodeFlagsUnknown,
    /// The extents are not to be had.
    #[error("where the file lies is not to be found out: {error}")]
    ExtentsUnknown {
        /// In the system's words.
        error: String,
    },
    /// More extents than are read.
    #[error("the file has more extents than are compared")]
    TooManyExtents,
    /// Pieces without a place even after a sync.
    #[error("the file system does not tell the place of {pieces} pieces")]
    PlaceUnknown {
        /// How many.
        pieces: u64,
    },
    /// Pieces within a block that others use as well.
    #[error("{pieces} pieces share a block with other content")]
    SharedBlock {
        /// How many.
        pieces: u64,
    },
    /// There was no second look.
    #[error("the extents were not read again after the overwrite")]
    NotComparedYet,
    /// Memory may have been swapped out.
    #[error("the file is in memory, of which a swap device may hold copies")]
    Swap,
    /// The devices are not to be found out.
    #[error("the devices below the file system are not to be found out")]
    DevicesUnknown,
    /// Not the same devices at both looks.
    #[error("the devices below the file system changed meanwhile")]
    DevicesChanged,
    /// A layer that may not pass blocks on one to one.
    #[error("below the file system is a {layer}, which may keep or move what is overwritten")]
    DeviceLayer {
        /// Such as a thin pool or a snapshot.
        layer: String,
    },
    /// An array that journals.
    #[error(
        "the array below the file system writes data into its journal first, or may do so: copies remain there"
    )]
    ArrayJournal,
    /// The device of another machine.
    #[error("the block device is on another machine, whose storage cannot be seen from here")]
    NetworkDevice,
    /// The file behind a loop device is not to be found out.
    #[error("the file behind the loop device is not to be found out")]
    BackingUnknown,
    /// The file behind a loop device may be another than the one at its path.
    #[error("the file behind the loop device is not proven to be the one that was looked at")]
    BackingUnverified,
    /// Something about the file behind a loop device.
    #[error("behind the loop device: {reason}")]
    Backing {
        /// What.
        reason: Box<Reason>,
    },
}

impl Reason {
    #[cfg(target_os = "linux")]
    /// Whether it excludes that the overwrite went in place, rather than leaving it open.
    pub(super) fn excludes(&self) -> bool {
        match self {
            Self::DataJournal { .. }
            | Self::DataJournalFlag
            | Self::CopyOnWrite { .. }
            | Self::SharedExtents { .. }
            | Self::Inline
            | Self::ExtendedAttributes
            | Self::Encoded
            | Self::ExtentsMoved => true,
            Self::Backing { reason } => reason.excludes(),
            _ => false,
        }
    }
}
