//! From what was read to a judgement: a function of data alone.

mod caveat;
mod devices;
mod layout;
#[cfg(test)]
mod tests;

pub(super) use caveat::caveat;

use super::{FileSystem, InPlace, JournalMode, Reason, Storage};

/// When a storage is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Before the overwrite: the second look is not asked for.
    Planned,
    /// After it.
    Done,
}

pub(super) fn judge(storage: &Storage, stage: Stage) -> InPlace {
    let mut reasons = Vec::new();
    match habits(storage, &mut reasons) {
        Habits::Blocks => {
            layout::judge(storage, stage, &mut reasons);
            devices::judge(storage, &mut reasons);
        }
        Habits::Memory => swap(storage, &mut reasons),
        Habits::Hidden => {}
    }
    // The gravest first.
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

fn habits(storage: &Storage, reasons: &mut Vec<Reason>) -> Habits {
    let file_system = storage.file_system().to_string();
    match storage.file_system() {
        FileSystem::Ext2 | FileSystem::Xfs => Habits::Blocks,
        FileSystem::Ext3 | FileSystem::Ext4 => {
            reasons.extend(journal(storage, file_system));
            Habits::Blocks
        }
        FileSystem::Btrfs => {
            reasons.extend(match storage.flags() {
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

fn journal(storage: &Storage, file_system: String) -> Option<Reason> {
    match (storage.ground.journal, storage.flags()) {
        (None, _) => Some(Reason::JournalModeUnknown { file_system }),
        (Some(JournalMode::Data), _) => Some(Reason::DataJournal { file_system }),
        (Some(JournalMode::Absent), _) => None,
        (Some(JournalMode::Ordered | JournalMode::Writeback), None) => Some(Reason::InodeFlagsUnknown),
        (Some(JournalMode::Ordered | JournalMode::Writeback), Some(flags)) if flags.data_journal() => {
            // ext4 honours the mark only where it does not delay allocation (`ext4_inode_journal_mode`).
            let honoured = storage.ground.delayed_allocation == Some(false);
            Some(if honoured { Reason::DataJournalFlag } else { Reason::DataJournalFlagIdle })
        }
        (Some(JournalMode::Ordered | JournalMode::Writeback), Some(_)) => None,
    }
}

fn swap(storage: &Storage, reasons: &mut Vec<Reason>) {
    let ground = storage.ground();
    let stays = ground.mount.as_ref().is_some_and(|mount| mount.has("noswap"));
    if !stays && ground.swap != Some(false) {
        reasons.push(Reason::Swap);
    }
}
