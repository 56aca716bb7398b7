//! From what was read to a judgement: a function of data alone.

mod caveat;
mod devices;
mod layout;
mod owned;
#[cfg(test)]
mod tests;

pub(super) use caveat::caveat;

use super::later::{Owned, compare};
use super::{Extents, FileSystem, Ground, InPlace, InodeFlags, JournalMode, Reason, Storage};
use std::collections::HashSet;

/// When a storage is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Before the overwrite: the second look is not asked for.
    Planned,
    /// After it.
    Done,
}

/// What one look found.
struct Side<'a> {
    ground: &'a Ground,
    flags: Option<InodeFlags>,
    owned: Owned,
    extents: Option<&'a Extents>,
}

pub(super) fn judge(storage: &Storage, stage: Stage) -> InPlace {
    let later = storage.later.as_ref().filter(|_| stage == Stage::Done);
    let first = Side {
        ground: &storage.ground,
        flags: storage.flags,
        owned: storage.owned,
        extents: storage.extents_before(),
    };
    let second = later.map(|later| Side {
        ground: &later.ground,
        flags: later.flags,
        owned: later.owned,
        extents: storage.extents_after(),
    });
    let mut reasons = Vec::new();
    // What either look shows counts: it may have been so before, or have come meanwhile.
    for side in [Some(&first), second.as_ref()].into_iter().flatten() {
        match habits(side, &mut reasons) {
            Habits::Blocks => {
                devices::judge(&side.ground.devices, later.map(|later| later.behind), &mut reasons);
                reasons.extend(owned::judge(side, side.extents));
            }
            Habits::Memory => swap(side.ground, &mut reasons),
            Habits::Hidden => continue,
        }
        if stage == Stage::Done && later.is_none() {
            reasons.push(Reason::NotComparedYet);
        }
    }
    if matches!(habits(&first, &mut Vec::new()), Habits::Blocks) {
        layout::judge(storage, stage, &mut reasons);
        let devices = later.map(|later| compare(&storage.ground.devices, &later.ground.devices));
        reasons.extend(devices.into_iter().flatten());
    }
    // The gravest first, each once.
    let mut seen = HashSet::new();
    reasons.retain(|reason| seen.insert(reason.clone()));
    reasons.sort_by_key(|reason| !reason.excludes());
    if reasons.is_empty() {
        InPlace::Proven
    } else if reasons.iter().any(Reason::excludes) {
        InPlace::Not(reasons)
    } else {
        InPlace::Unknown(reasons)
    }
}

/// Where a file system keeps content.
enum Habits {
    /// In blocks that it tells, on devices.
    Blocks,
    /// In memory.
    Memory,
    /// Where it cannot be followed; a reason was given.
    Hidden,
}

fn habits(side: &Side<'_>, reasons: &mut Vec<Reason>) -> Habits {
    let file_system = side.ground.file_system.to_string();
    match &side.ground.file_system {
        FileSystem::Ext2 | FileSystem::Xfs => Habits::Blocks,
        FileSystem::Ext3 | FileSystem::Ext4 => {
            reasons.extend(journal(side, file_system));
            Habits::Blocks
        }
        FileSystem::Btrfs => {
            reasons.extend(match side.flags {
                None => Some(Reason::InodeFlagsUnknown),
                Some(flags) if !flags.no_copy_on_write() => Some(Reason::CopyOnWrite { file_system }),
                Some(flags) if flags.compressed() => Some(Reason::Encoded),
                Some(_) => None,
            });
            Habits::Blocks
        }
        FileSystem::F2fs => {
            reasons.push(Reason::LogStructured { file_system });
            Habits::Blocks
        }
        FileSystem::Overlay => {
            reasons.push(Reason::OverlayLayers);
            Habits::Hidden
        }
        FileSystem::Tmpfs => Habits::Memory,
        FileSystem::CopyOnWrite(_) => {
            reasons.push(Reason::CopyOnWrite { file_system });
            Habits::Hidden
        }
        FileSystem::Network(_) => {
            reasons.push(Reason::NetworkFileSystem { file_system });
            Habits::Hidden
        }
        FileSystem::UserSpace(_) => {
            reasons.push(Reason::UserSpaceFileSystem { file_system });
            Habits::Hidden
        }
        FileSystem::Other(_) => {
            reasons.push(Reason::FileSystemUnknown { file_system });
            Habits::Hidden
        }
    }
}

fn journal(side: &Side<'_>, file_system: String) -> Option<Reason> {
    match (side.ground.journal, side.flags) {
        (None, _) => Some(Reason::JournalModeUnknown { file_system }),
        (Some(JournalMode::Data), _) => Some(Reason::DataJournal { file_system }),
        (Some(JournalMode::Absent), _) => None,
        (Some(JournalMode::Ordered | JournalMode::Writeback), None) => Some(Reason::InodeFlagsUnknown),
        (Some(JournalMode::Ordered | JournalMode::Writeback), Some(flags)) if flags.data_journal() => {
            // ext4 honours the mark only where it does not delay allocation (`ext4_inode_journal_mode`).
            let honoured = side.ground.delayed_allocation == Some(false);
            Some(if honoured { Reason::DataJournalFlag } else { Reason::DataJournalFlagIdle })
        }
        (Some(JournalMode::Ordered | JournalMode::Writeback), Some(_)) => None,
    }
}

fn swap(ground: &Ground, reasons: &mut Vec<Reason>) {
    let stays = ground.mount.as_ref().is_some_and(|mount| mount.has("noswap"));
    if !stays && ground.swap != Some(false) {
        reasons.push(Reason::Swap);
    }
}
