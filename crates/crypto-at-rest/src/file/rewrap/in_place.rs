//! Replaces a header where it stands.

use super::Recovery;
use super::journal::{Journal, MAX_JOURNAL_LEN, Standing, journal_path};
use super::lock::sync_folder;
use crate::file::{Durability, FileError};
use rustix::fs::{self, Mode, OFlags};
use rustix::io::Errno;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

/// What has been done; a machine may stop after any of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    JournalCreated,
    JournalWritten,
    JournalSynced,
    HeaderWritten,
    HeaderSynced,
    JournalRemoved,
}

/// Whether the header was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(super) enum Replaced {
    Done,
    /// It cannot be done safely here: the journal would be somebody else's than the file, and nobody would believe it.
    NotHere,
}

impl Replaced {
    pub(super) fn is_done(self) -> bool {
        self == Self::Done
    }
}

/// Writes the journal, then the header, then removes the journal. `reached` is told each step; where it fails, all stops as if
/// the process had died.
pub(super) fn replace_header(
    file: &File,
    path: &Path,
    journal: &Journal,
    durability: Durability,
    reached: &mut dyn FnMut(Step) -> io::Result<()>,
) -> Result<Replaced, FileError> {
    let synced = durability == Durability::Synced;
    let place = journal_path(path);
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut side = match fs::open(&place, flags, Mode::RUSR | Mode::WUSR) {
        Err(Errno::NAMETOOLONG) => return Ok(Replaced::NotHere),
        side => File::from(side.map_err(|error| FileError::Write(error.into()))?),
    };
    let metadata = |file: &File| file.metadata().map_err(FileError::Read);
    if !is_trusted(&metadata(&side)?, &metadata(file)?) {
        std::fs::remove_file(&place).map_err(FileError::Write)?;
        return Ok(Replaced::NotHere);
    }
    let mut run = || {
        reached(Step::JournalCreated)?;
        side.write_all(&journal.to_bytes())?;
        reached(Step::JournalWritten)?;
        if synced {
            side.sync_all()?;
            sync_folder(path)?;
        }
        reached(Step::JournalSynced)?;
        file.write_all_at(journal.header(), 0)?;
        reached(Step::HeaderWritten)?;
        if synced {
            file.sync_data()?;
        }
        reached(Step::HeaderSynced)?;
        // Should the removal be lost with the power, the next look finds the new header in place and removes it again.
        std::fs::remove_file(&place)?;
        reached(Step::JournalRemoved)
    };
    run().map_err(FileError::Write)?;
    Ok(Replaced::Done)
}

/// Completes or discards what the journal at `place` says of `file`, which is locked.
pub(super) fn recover(file: &File, place: &Path) -> Result<Recovery, FileError> {
    let Some(bytes) = read(file, place)? else { return Ok(Recovery::Nothing) };
    let recovery = match Journal::parse(&bytes) {
        Some(journal) => complete(file, &journal)?,
        None => Recovery::Discarded,
    };
    std::fs::remove_file(place).map_err(FileError::Write)?;
    Ok(recovery)
}

fn complete(file: &File, journal: &Journal) -> Result<Recovery, FileError> {
    let mut beginning = vec![0; journal.span()];
    match file.read_exact_at(&mut beginning, 0) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(Recovery::Discarded),
        result => result.map_err(FileError::Read)?,
    }
    match journal.standing(&beginning) {
        Standing::Other => return Ok(Recovery::Discarded),
        Standing::New => {}
        Standing::Old => file.write_all_at(journal.header(), 0).map_err(FileError::Write)?,
    }
    // Also where it stood there already: it may have been in memory only.
    file.sync_data().map_err(FileError::Write)?;
    Ok(Recovery::Completed)
}

/// The journal, if there is one; an error if it is not to be believed.
fn read(file: &File, place: &Path) -> Result<Option<Vec<u8>>, FileError> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let side = match fs::open(place, flags, Mode::empty()) {
        Err(Errno::NOENT | Errno::NAMETOOLONG) => return Ok(None),
        Err(Errno::LOOP) => return Err(FileError::NotRegular),
        side => File::from(side.map_err(|error| FileError::Read(error.into()))?),
    };
    let metadata = side.metadata().map_err(FileError::Read)?;
    if !metadata.is_file() || !is_trusted(&metadata, &file.metadata().map_err(FileError::Read)?) {
        return Err(FileError::NotRegular);
    }
    let mut bytes = Vec::new();
    side.take(MAX_JOURNAL_LEN as u64 + 1).read_to_end(&mut bytes).map_err(FileError::Read)?;
    Ok(Some(bytes))
}

/// A folder that many may write to, such as `/tmp`, could hold a journal that another user put there.
fn is_trusted(side: &Metadata, file: &Metadata) -> bool {
    side.uid() == file.uid() || side.uid() == 0
}
