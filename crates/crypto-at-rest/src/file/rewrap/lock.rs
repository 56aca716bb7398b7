//! One rewrap at a time.

use crate::file::FileError;
use rustix::fs::{self, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

/// How often, and how far apart, the lock is tried: a quarter of a second in all. A rewrap in place holds it for milliseconds.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(5);

/// Opens the regular file at `path` for writing, and locks it until it is closed.
pub(super) fn open(path: &Path) -> Result<File, FileError> {
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match fs::open(path, flags, Mode::empty()) {
        Err(Errno::LOOP | Errno::ISDIR | Errno::NXIO) => return Err(FileError::NotRegular),
        file => File::from(file.map_err(read_error)?),
    };
    let metadata = file.metadata().map_err(FileError::Read)?;
    if !metadata.is_file() {
        return Err(FileError::NotRegular);
    }
    take(&file)?;
    // Whoever had the lock before may have put another file in its place.
    let named = std::fs::symlink_metadata(path).map_err(FileError::Read)?;
    if (named.dev(), named.ino()) == (metadata.dev(), metadata.ino()) {
        Ok(file)
    } else {
        Err(FileError::Busy)
    }
}

/// Takes the lock, and waits for it a little: a process that is just starting a child has its locks twice for a moment.
fn take(file: &File) -> Result<(), FileError> {
    for _ in 0..TRIES {
        match fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => std::thread::sleep(PAUSE),
            // Where there are no locks, the journal still refuses a second one.
            Ok(()) | Err(_) => return Ok(()),
        }
    }
    Err(FileError::Busy)
}

/// Makes the entries of the folder that `path` is in survive a loss of power.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn read_error(error: Errno) -> FileError {
    FileError::Read(error.into())
}
