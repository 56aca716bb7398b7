//! A file that appears under its name whole, or not at all.

mod leftovers;
mod options;
#[cfg(test)]
mod tests;

pub use leftovers::clean_leftovers;
pub use options::{Durability, Existing, WriteOptions};

use super::FileError;
use leftovers::temporary_name;
use rustix::fs::{self, AtFlags, CWD, FileType, FlockOperation, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use stockade_core::Entropy;

/// What every file that we make may be used for: by its owner, and by nobody else, whatever the umask says.
const PRIVATE: Mode = Mode::RUSR.union(Mode::WUSR);

/// A file being written, still without its name.
///
/// Where the system can (`O_TMPFILE`), it has no name at all until [`commit`](AtomicFile::commit), and a killed process leaves
/// nothing. Elsewhere it is a hidden file beside the target, which [`clean_leftovers`] knows; it is locked while it is written.
/// Dropping it without a commit removes it.
pub(crate) struct AtomicFile {
    file: File,
    folder: File,
    name: OsString,
    /// The hidden name it has, if it has one.
    temporary: Option<OsString>,
    /// A hidden name it may take.
    spare: OsString,
    options: WriteOptions,
}

impl AtomicFile {
    /// Begins a file that is to be called `target`. Links among the folders above it are followed; the target itself must be
    /// absent or, where replacing is asked for, a regular file.
    pub(crate) fn create(
        target: &Path,
        options: WriteOptions,
        entropy: &dyn Entropy,
    ) -> Result<Self, FileError> {
        Self::begin(target, options, entropy, unnamed)
    }

    /// `unnamed` makes a file without a name, where there is such a thing.
    fn begin(
        target: &Path,
        options: WriteOptions,
        entropy: &dyn Entropy,
        unnamed: fn(&File) -> Option<File>,
    ) -> Result<Self, FileError> {
        let (folder, name) = place(target)?;
        examine(&folder, &name, options.existing)?;
        let spare = temporary_name(&name, entropy)?;
        let (file, temporary) = match unnamed(&folder) {
            Some(file) => (file, None),
            None => {
                let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let file = fs::openat(&folder, &spare, flags, PRIVATE).map_err(write_error)?;
                (file.into(), Some(spare.clone()))
            }
        };
        let atomic = Self { file, folder, name, temporary, spare, options };
        fs::fchmod(&atomic.file, PRIVATE).map_err(write_error)?;
        // The lock tells a cleaner that somebody lives here; where there are no locks, the age of the file must do.
        let _ = fs::flock(&atomic.file, FlockOperation::NonBlockingLockExclusive);
        Ok(atomic)
    }

    /// As [`create`](Self::create) on a system without unnamed files.
    #[cfg(test)]
    pub(crate) fn create_named(
        target: &Path,
        options: WriteOptions,
        entropy: &dyn Entropy,
    ) -> Result<Self, FileError> {
        Self::begin(target, options, entropy, |_| None)
    }

    /// The file itself.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Takes the room for `len` octets now, so that a full disk shows before the work and not after it. Where the system
    /// cannot, it shows later.
    pub(crate) fn reserve(&self, len: u64) -> Result<(), FileError> {
        #[cfg(target_os = "linux")]
        if let Err(error @ (Errno::NOSPC | Errno::FBIG | Errno::DQUOT)) =
            fs::fallocate(&self.file, fs::FallocateFlags::KEEP_SIZE, 0, len)
        {
            return Err(write_error(error));
        }
        #[cfg(not(target_os = "linux"))]
        let _ = len;
        Ok(())
    }

    /// Gives the file its name. From here on it is whole, and with [`Durability::Synced`] it survives a loss of power.
    pub(crate) fn commit(mut self) -> Result<(), FileError> {
        if self.options.durability == Durability::Synced {
            self.file.sync_all().map_err(FileError::Write)?;
        }
        match self.options.existing {
            Existing::Refuse => self.appear()?,
            Existing::Replace => self.replace()?,
        }
        if self.options.durability == Durability::Synced {
            self.folder.sync_all().map_err(FileError::Write)?;
        }
        Ok(())
    }

    /// Takes the name if nobody has it, in one step.
    fn appear(&mut self) -> Result<(), FileError> {
        let Some(temporary) = self.temporary.take() else {
            return self.link(&self.name).map_err(taken_or_write_error);
        };
        let renamed =
            fs::renameat_with(&self.folder, &temporary, &self.folder, &self.name, RenameFlags::NOREPLACE);
        let result = match renamed {
            // Not every file system can; a link refuses a taken name as well.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                fs::linkat(&self.folder, &temporary, &self.folder, &self.name, AtFlags::empty())
            }
            Ok(()) => return Ok(()),
            Err(error) => Err(error),
        };
        self.temporary = Some(temporary);
        result.map_err(taken_or_write_error)
    }

    /// Takes the name from whoever has it.
    fn replace(&mut self) -> Result<(), FileError> {
        examine(&self.folder, &self.name, Existing::Replace)?;
        if self.temporary.is_none() {
            self.link(&self.spare).map_err(write_error)?;
            self.temporary = Some(self.spare.clone());
        }
        fs::renameat(&self.folder, &self.spare, &self.folder, &self.name).map_err(write_error)?;
        self.temporary = None;
        Ok(())
    }

    /// Gives the unnamed file a name.
    fn link(&self, name: &OsStr) -> Result<(), Errno> {
        fs::linkat(CWD, descriptor(&self.file), &self.folder, name, AtFlags::SYMLINK_FOLLOW)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(name) = self.temporary.take() {
            // Nobody is left to be told; a cleaner will find it.
            let _ = fs::unlinkat(&self.folder, name, AtFlags::empty());
        }
    }
}

/// The folder of a target, opened, and the target's name in it.
fn place(target: &Path) -> Result<(File, OsString), FileError> {
    let name = target.file_name().ok_or(FileError::NotRegular)?.to_owned();
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = fs::open(folder, flags, Mode::empty()).map_err(write_error)?;
    Ok((folder.into(), name))
}

/// Refuses a target that must not be replaced.
fn examine(folder: &File, name: &OsStr, existing: Existing) -> Result<(), FileError> {
    match fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(write_error(error)),
        Ok(stat) if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile => {
            Err(FileError::NotRegular)
        }
        Ok(_) if existing == Existing::Refuse => Err(FileError::Exists),
        Ok(_) => Ok(()),
    }
}

/// A file without a name in this folder, where the system has such files and can name them later.
#[cfg(target_os = "linux")]
fn unnamed(folder: &File) -> Option<File> {
    let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::CLOEXEC;
    let file = File::from(fs::openat(folder, ".", flags, PRIVATE).ok()?);
    fs::statat(CWD, descriptor(&file), AtFlags::empty()).ok()?;
    Some(file)
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &File) -> Option<File> {
    None
}

/// How Linux calls an open file by its number.
fn descriptor(file: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

fn write_error(error: Errno) -> FileError {
    FileError::Write(error.into())
}

fn taken_or_write_error(error: Errno) -> FileError {
    match error {
        Errno::EXIST => FileError::Exists,
        error => write_error(error),
    }
}
