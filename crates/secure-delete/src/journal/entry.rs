//! A journal of a deletion that is running.

use super::JournalError;
use super::record::{Intent, JOURNAL_LEN, JournalRecord, Judged, Reached};
use crate::ops::{Key, OpenFile};
use crate::overwrite::{Position, Progress};
use rustix::fs::{self, AtFlags, FlockOperation, Mode, OFlags, ResolveFlags};
use rustix::io::{Errno, Result as OsResult};
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use stockade_core::Entropy;
use zeroize::Zeroizing;

/// The data of a file is synced, and the position written down, each time so much more is written. Twice as long as this is what a
/// run does again after a kill, at most.
const EVERY: u64 = if cfg!(test) { 100_000 } else { 64 << 20 };
/// How a journal's name begins; the rest is random.
const PREFIX: &str = "shred-";
/// How it ends.
pub(super) const SUFFIX: &str = ".journal";
/// How it ends until it is on the medium: nothing was written over by then.
pub(super) const UNFINISHED: &str = ".unfinished";

/// The folder that has the journals, and the root that they are about.
#[derive(Clone)]
pub(crate) struct Journal {
    pub(super) folder: Arc<OwnedFd>,
    pub(crate) root: Key,
}

/// A journal that is held: locked as long as this lives, so that no other process takes its deletion for a dead one.
pub(crate) struct Active {
    folder: Arc<OwnedFd>,
    name: OsString,
    file: OwnedFd,
    digest: [u8; 32],
    reached: Mutex<Reached>,
}

impl Journal {
    pub(crate) fn open(folder: &Path, root: Key) -> Result<Self, JournalError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = fs::open(folder, flags, Mode::empty())?;
        let facts = fs::fstat(&folder)?;
        // Who can write here chooses what is deleted.
        if facts.st_uid != rustix::process::geteuid().as_raw() || facts.st_mode & 0o022 != 0 {
            return Err(JournalError::Exposed);
        }
        Ok(Self { folder: Arc::new(folder), root })
    }

    /// Writes down what is to be done. When this returns, it is on the medium.
    pub(crate) fn begin(&self, intent: &Intent, entropy: &dyn Entropy) -> OsResult<Active> {
        let mut random = [0; 16];
        entropy.fill(&mut random).map_err(|_| Errno::AGAIN)?;
        let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let first = OsString::from(format!("{PREFIX}{random}{UNFINISHED}"));
        let name = OsString::from(format!("{PREFIX}{random}{SUFFIX}"));
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = fs::openat(&self.folder, &first, flags, Mode::RUSR | Mode::WUSR)?;
        let (bytes, digest) = intent.file();
        let bytes = Zeroizing::new(bytes);
        let written = fs::flock(&file, FlockOperation::NonBlockingLockExclusive)
            .and_then(|()| write_all(file.as_fd(), &bytes, 0))
            .and_then(|()| fs::fsync(&file))
            .and_then(|()| fs::renameat(&self.folder, &first, &self.folder, &name))
            .and_then(|()| fs::fsync(&self.folder));
        let active = Active {
            folder: Arc::clone(&self.folder),
            name,
            file,
            digest,
            reached: Mutex::new(Reached::default()),
        };
        if let Err(error) = written {
            active.remove();
            let _ = fs::unlinkat(&self.folder, &first, AtFlags::empty());
            return Err(error);
        }
        Ok(active)
    }

    /// Takes over a journal that nobody holds; nothing, if somebody does.
    pub(super) fn adopt(&self, name: &OsStr) -> Result<Option<(Active, JournalRecord)>, JournalError> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        let file = fs::openat2(&self.folder, name, flags, Mode::empty(), resolve)?;
        let facts = fs::fstat(&file)?;
        if !fs::FileType::from_raw_mode(facts.st_mode).is_file() {
            return Err(JournalError::Format);
        }
        if facts.st_uid != rustix::process::geteuid().as_raw() || facts.st_mode & 0o077 != 0 {
            return Err(JournalError::Exposed);
        }
        match fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        // It ended, and its journal was removed, between the two calls.
        if fs::fstat(&file)?.st_nlink == 0 {
            return Ok(None);
        }
        if u64::try_from(facts.st_size) != Ok(JOURNAL_LEN as u64) {
            return Err(JournalError::Length);
        }
        let mut bytes = Zeroizing::new(vec![0; JOURNAL_LEN]);
        read_all(file.as_fd(), &mut bytes)?;
        if bytes.iter().all(|byte| *byte == 0) {
            // Wiped, and killed before it was removed: the deletion had ended.
            let _ = fs::unlinkat(&self.folder, name, AtFlags::empty());
            return Ok(None);
        }
        let record = JournalRecord::parse(&bytes)?;
        let (_, digest) = record.intent.file();
        let (folder, reached) = (Arc::clone(&self.folder), Mutex::new(record.reached));
        Ok(Some((Active { folder, name: name.to_owned(), file, digest, reached }, record)))
    }
}

impl Active {
    /// Told of progress while `file` is written. What it writes down is on the medium before.
    pub(crate) fn note(&self, progress: Progress, file: &OpenFile) {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let position = progress.position;
        if progress.synced > reached.position {
            self.reach(&mut reached, progress.synced, None);
        }
        let further = position.pass == reached.position.pass
            && position.offset.saturating_sub(reached.position.offset) >= EVERY;
        // A failed sync is the file's to tell; the position stays where it was.
        if further && file.sync_aside().is_ok() {
            self.reach(&mut reached, position, None);
        }
    }

    /// Everything is written and judged; what follows takes the name away.
    pub(crate) fn judged(&self, position: Position, judged: Judged) {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        self.reach(&mut reached, position, Some(judged));
    }

    /// Where it cannot be written, the last one stands, which is behind and therefore true.
    fn reach(&self, reached: &mut Reached, position: Position, judged: Option<Judged>) {
        let next = Reached { number: reached.number.saturating_add(1), position, judged };
        let (at, slot) = next.slot(&self.digest);
        if write_all(self.file.as_fd(), &slot, at).and_then(|()| fs::fdatasync(&self.file)).is_ok() {
            *reached = next;
        }
    }

    /// The deletion has ended: wipes it, for it has a name and a seed in it, and removes it. Where that fails, the next
    /// [`resume`](crate::Shredder::resume) finds nothing left to do.
    pub(crate) fn remove(self) {
        let wiped = write_all(self.file.as_fd(), &[0; JOURNAL_LEN], 0);
        let _ = wiped.and_then(|()| fs::fdatasync(&self.file));
        let _ = fs::unlinkat(&self.folder, &self.name, AtFlags::empty());
        let _ = fs::fsync(&self.folder);
    }
}

/// Whether nobody is writing this journal, which was never finished.
pub(super) fn is_abandoned(journal: &Journal, name: &OsStr) -> bool {
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let Ok(file) = fs::openat(&journal.folder, name, flags, Mode::empty()) else { return false };
    fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

fn write_all(file: BorrowedFd<'_>, mut bytes: &[u8], mut at: u64) -> OsResult<()> {
    while !bytes.is_empty() {
        match rustix::io::pwrite(file, bytes, at) {
            Ok(0) => return Err(Errno::IO),
            Ok(written) => {
                bytes = bytes.get(written..).unwrap_or_default();
                at = at.saturating_add(written as u64);
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn read_all(file: BorrowedFd<'_>, mut bytes: &mut [u8]) -> Result<(), JournalError> {
    let mut at = 0;
    while !bytes.is_empty() {
        match rustix::io::pread(file, &mut *bytes, at) {
            Ok(0) => return Err(JournalError::Length),
            Ok(read) => {
                bytes = bytes.get_mut(read..).unwrap_or_default();
                at = at.saturating_add(read as u64);
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
