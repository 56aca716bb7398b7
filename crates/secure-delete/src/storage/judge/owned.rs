//! What an inode owns besides the content that its extents show.

use super::Side;
use crate::storage::{Extents, FileSystem, Reason};

/// Blocks behind the end, the rest of a cluster of many blocks (`bigalloc`), and attributes that programs set.
pub(super) fn judge(side: &Side<'_>, extents: Option<&Extents>) -> Vec<Reason> {
    let bytes = side.owned.allocated.zip(extents).map_or(0, |(allocated, extents)| {
        let own = allowance(side, extents);
        allocated.saturating_sub(extents.bytes).saturating_sub(own)
    });
    let blocks = (bytes > 0).then_some(Reason::Unaccounted { bytes });
    let attributes = match side.owned.attributes_of_programs {
        None => Some(Reason::ExtendedAttributesUnknown),
        Some(0) => None,
        Some(_) => Some(Reason::ExtendedAttributes),
    };
    blocks.into_iter().chain(attributes).collect()
}

/// The most that the file system's own structures for this file may take; all there is, where that is not known here.
fn allowance(side: &Side<'_>, extents: &Extents) -> u64 {
    let block = side.ground.block.max(1);
    let blocks = match side.ground.file_system {
        _ if !extents.complete => return u64::MAX,
        FileSystem::Ext2 | FileSystem::Ext3 | FileSystem::Ext4 => {
            // The attribute block (`i_file_acl`), if there is one.
            let attributes = u64::from(side.owned.attributes != Some(0));
            let mapped = side.flags.is_some_and(|flags| flags.extents());
            attributes.saturating_add(if mapped { tree(extents, block) } else { pointers(extents, block) })
        }
        // Nine extents fit any inode; else a B+ tree. Attributes are at most a few blocks, or in the inode.
        FileSystem::Xfs => {
            let attributes = if side.owned.attributes == Some(0) { 0 } else { 16 };
            attributes + if extents.pieces <= 9 { 0 } else { leaves(extents.pieces, block, 16) }
        }
        FileSystem::Btrfs => 0,
        _ => return u64::MAX,
    };
    blocks.saturating_mul(block)
}

/// ext4: four extents stand in the inode. One more block is what a tree that shrank may keep.
fn tree(extents: &Extents, block: u64) -> u64 {
    if extents.pieces <= 4 { 1 } else { leaves(extents.pieces, block, 12) }
}

/// A tree of entries of so many bytes, its leaves half full, and as many inner nodes as that takes at most.
fn leaves(entries: u64, block: u64, size: u64) -> u64 {
    entries.saturating_mul(2 * size).div_ceil(block).saturating_mul(2).saturating_add(3)
}

/// ext2, ext3: twelve pointers in the inode, then blocks of pointers of four bytes, up to three deep; each run begins some of its own.
fn pointers(extents: &Extents, block: u64) -> u64 {
    let leaves = (extents.bytes / block).saturating_mul(4).div_ceil(block);
    leaves.saturating_mul(2).saturating_add(extents.pieces.saturating_mul(3))
}
