use serde::{Deserialize, Serialize};

/// A run of a file's bytes that lies in one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Extent {
    /// Where in the file.
    pub logical: u64,
    /// Where on the device, or on btrfs in its address space above the devices.
    pub physical: u64,
    /// How many bytes.
    pub length: u64,
}

/// Where a file lies, in constant memory: the first extents exactly, and of all of them the sums and a digest.
///
/// Extents that touch in the file and on the device count as one, whatever else the kernel tells them apart by, so that a map
/// changes only where bytes move. The map ends with the file's last block: what a file system keeps ready behind that is not the
/// file's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Extents {
    /// How many extents.
    pub count: u64,
    /// How many the kernel makes of them.
    pub pieces: u64,
    /// How many bytes they are.
    pub bytes: u64,
    /// Bytes that another file or a snapshot has, too.
    pub shared_bytes: u64,
    /// Bytes that are allocated but were never written, or declared void since.
    pub unwritten_bytes: u64,
    /// Pieces that lie in a structure of the file system, such as the inode.
    pub inline: u64,
    /// Pieces that are stored in another form, such as compressed.
    pub encoded: u64,
    /// Pieces that do not lie at a block's border though they are not inline, such as packed tails.
    pub unaligned: u64,
    /// Pieces whose place the file system does not tell or has not chosen.
    pub unplaced: u64,
    /// Whether that was all: false where the file has more pieces than are read.
    pub complete: bool,
    /// The first [`KEPT`](Self::KEPT) extents.
    pub first: Vec<Extent>,
    /// SHA-256 over place and length of all of them, in hexadecimal digits.
    pub digest: String,
}

impl Extents {
    /// How many extents are kept one by one: 96 KiB of them.
    pub const KEPT: usize = 4096;

    /// All runs of blocks, where some of them were never written and each is known.
    pub(crate) fn with_unwritten(&self) -> Option<&[Extent]> {
        let known = self.complete && self.first.len() as u64 == self.count;
        (known && self.unwritten_bytes > 0).then_some(&self.first)
    }

    /// Whether all bytes are known to lie where they lay in `other`.
    pub(in crate::storage) fn lies_like(&self, other: &Self) -> Likeness {
        match (self.complete && other.complete, self.digest == other.digest && self.count == other.count) {
            (true, true) => Likeness::Same,
            (true, false) => Likeness::Moved,
            (false, _) => Likeness::Unknown,
        }
    }
}

/// How two looks at one file compare.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::storage) enum Likeness {
    Same,
    Moved,
    Unknown,
}
