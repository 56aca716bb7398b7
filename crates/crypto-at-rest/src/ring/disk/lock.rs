//! Writing a file that must be private: one writer at a time, and whole or not at all.

use super::DiskError;
use super::read::flags;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The right to write one file, for as long as it is held. It is an advisory lock on `.<name>.lock` beside the file, which the
/// system lets go of when the process ends, however it ends. The lock's file stays: removing it would let two writers in.
#[derive(Debug)]
pub(in crate::ring) struct Lock {
    target: PathBuf,
    folder: PathBuf,
    temporary: PathBuf,
    held: File,
}

impl Lock {
    /// Takes the right to write `target`, without waiting for it.
    pub(in crate::ring) fn take(target: &Path) -> Result<Self, DiskError> {
        let name = target.file_name().ok_or(DiskError::NotAFile)?;
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let beside = |suffix: &str| {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(suffix);
            folder.join(hidden)
        };
        let held = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(flags())
            .open(beside(".lock"))
            .map_err(DiskError::of("lock"))?;
        held.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => DiskError::Busy,
            TryLockError::Error(source) => DiskError::Io { action: "lock", source },
        })?;
        Ok(Self { target: target.to_owned(), temporary: beside(".tmp"), folder, held })
    }

    /// Puts `contents` in the place of the file. Whoever reads finds the old file or the new one, also after a crash: contents
    /// and name are on the disk when this returns.
    pub(in crate::ring) fn replace(&self, contents: &[u8]) -> Result<(), DiskError> {
        match fs::symlink_metadata(&self.target) {
            Ok(metadata) if metadata.is_symlink() => return Err(DiskError::Symlink),
            Ok(metadata) if !metadata.is_file() => return Err(DiskError::NotAFile),
            Ok(_) => (),
            Err(error) => return Err(DiskError::of("inspect")(error)),
        }
        self.through_temporary(contents, || fs::rename(&self.temporary, &self.target))
    }

    /// Writes `contents` to the file, which must not exist yet.
    pub(in crate::ring) fn create(&self, contents: &[u8]) -> Result<(), DiskError> {
        self.through_temporary(contents, || {
            // Unlike a rename, a link never takes the place of what is there.
            fs::hard_link(&self.temporary, &self.target)?;
            fs::remove_file(&self.temporary)
        })
    }

    fn through_temporary(
        &self,
        contents: &[u8],
        publish: impl FnOnce() -> std::io::Result<()>,
    ) -> Result<(), DiskError> {
        let done = self.write_temporary(contents).and_then(|()| publish().map_err(DiskError::of("name")));
        if done.is_err() {
            let _ = fs::remove_file(&self.temporary);
        }
        done?;
        File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(DiskError::of("keep"))
    }

    fn write_temporary(&self, contents: &[u8]) -> Result<(), DiskError> {
        // We hold the lock, so it is what a crash left behind.
        match fs::remove_file(&self.temporary) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(DiskError::of("remove a left-over of")(error));
            }
            _ => (),
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .custom_flags(flags())
            .open(&self.temporary)
            .map_err(DiskError::of("create"))?;
        file.write_all(contents).and_then(|()| file.sync_all()).map_err(DiskError::of("write"))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a child that another thread is just starting shares the lock until it runs its program.
        let _ = self.held.unlock();
    }
}
