//! The ring on disk.

use super::disk::{self, DiskError, FileStamp};
use super::{KeyRing, Keys, Rollback, SealedRing, SealedRingError, Unlock};
use std::path::{Path, PathBuf};
use stockade_core::{Entropy, Problem};

/// A file with a [`SealedRing`] in it.
///
/// It is only read if it is a regular file, no symbolic link, open to nobody but its owner, and of at most one MiB. It is only
/// written as a whole: the new text goes to a temporary file in the same folder, to the disk, and then under the name. A crash
/// leaves the old file; the temporary file is removed by the next writer.
///
/// Every call blocks: on the disk, on the derivation from the password, on the wrapper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRingFile(PathBuf);

impl KeyRingFile {
    /// The file at `path`. It is not touched yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes `ring` to a new file, with mode 0600.
    ///
    /// # Errors
    /// There is such a file already, it cannot be written, or the ring cannot be sealed.
    pub fn create(
        &self,
        ring: &mut KeyRing,
        unlock: &Unlock,
        entropy: &dyn Entropy,
    ) -> Result<(), KeyRingFileError> {
        let sealed = SealedRing::seal(ring, unlock, entropy)?;
        disk::Lock::take(&self.0)?.create(written(&sealed)?.as_bytes())?;
        ring.generation = sealed.generation();
        Ok(())
    }

    /// Reads the file without opening it: what it lists is not proven.
    ///
    /// # Errors
    /// It cannot be read, or is no key ring.
    pub fn read(&self) -> Result<SealedRing, KeyRingFileError> {
        let text = disk::read_private(&self.0, SealedRing::MAX_LEN)?;
        Ok(SealedRing::parse(&text)?)
    }

    /// Reads the file and opens the ring.
    ///
    /// # Errors
    /// It cannot be read, is no key ring, or does not open.
    pub fn open(&self, unlock: &Unlock) -> Result<KeyRing, KeyRingFileError> {
        Ok(self.read()?.open(unlock)?)
    }

    /// Writes `ring`, which was [opened](Self::open) from this file and then changed. To change the password, open with the old
    /// one and save with the new one.
    ///
    /// # Errors
    /// [`KeyRingFileError::Conflict`] where somebody else saved since: nothing is written, and the change has to be made again
    /// on the ring as it is now. [`DiskError::Busy`] where somebody else is saving. Or it cannot be written or sealed.
    pub fn save(
        &self,
        ring: &mut KeyRing,
        unlock: &Unlock,
        entropy: &dyn Entropy,
    ) -> Result<(), KeyRingFileError> {
        let sealed = SealedRing::seal(ring, unlock, entropy)?;
        let lock = disk::Lock::take(&self.0)?;
        let found = self.read()?.generation();
        if found != ring.generation {
            return Err(KeyRingFileError::Conflict { expected: ring.generation, found });
        }
        lock.replace(written(&sealed)?.as_bytes())?;
        ring.generation = sealed.generation();
        Ok(())
    }

    /// What tells whether the file was written since: it differs after every write. One call of the system, for a service that
    /// looks every few seconds.
    ///
    /// # Errors
    /// The file cannot be inspected.
    pub fn stamp(&self) -> Result<FileStamp, KeyRingFileError> {
        Ok(disk::stamp(&self.0)?)
    }
}

/// The text, which must read back as what it was made from: what cannot be read must not take the place of what can.
fn written(sealed: &SealedRing) -> Result<String, SealedRingError> {
    let text = sealed.to_text();
    if SealedRing::parse(text.as_bytes())? != *sealed {
        return Err(SealedRingError::Malformed("not as it was written"));
    }
    Ok(text)
}

/// What a reload did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Reload {
    /// The file has the ring that is in use.
    Same,
    /// The ring of the file is in use now.
    Replaced,
}

impl Keys {
    /// Takes the ring of `file` into use, for every handle at once.
    ///
    /// # Errors
    /// The file does not open, or its ring is no later state of the one in use: [`KeyRingFileError::Rollback`]. The ring in use
    /// stays, whatever the error.
    pub fn reload(&self, file: &KeyRingFile, unlock: &Unlock) -> Result<Reload, KeyRingFileError> {
        let ring = file.open(unlock)?;
        let same =
            self.load().generation == ring.generation && self.load().commitments().eq(ring.commitments());
        self.replace(ring)?;
        Ok(if same { Reload::Same } else { Reload::Replaced })
    }

    /// Reloads if the file was written since `seen` was taken, and then moves `seen` on. Otherwise it costs one call of the
    /// system. After an error `seen` stays, so that the next call tries again.
    ///
    /// # Errors
    /// As [`reload`](Self::reload).
    pub fn reload_if_changed(
        &self,
        file: &KeyRingFile,
        unlock: &Unlock,
        seen: &mut Option<FileStamp>,
    ) -> Result<Reload, KeyRingFileError> {
        // Taken before reading: what is written in between is seen the next time.
        let now = file.stamp()?;
        if *seen == Some(now) {
            return Ok(Reload::Same);
        }
        let reload = self.reload(file, unlock)?;
        *seen = Some(now);
        Ok(reload)
    }
}

/// A key-ring file was not read, written or taken into use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRingFileError {
    /// The file was not read or written.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// Its contents were not read, opened or sealed.
    #[error(transparent)]
    Sealed(#[from] SealedRingError),
    /// Somebody else saved since the ring was opened.
    #[error(
        "the key ring was saved by somebody else: generation {expected} was expected, and the file has {found}"
    )]
    Conflict {
        /// The generation that was opened.
        expected: u64,
        /// The generation in the file.
        found: u64,
    },
    /// The ring of the file is no later state of the one in use.
    #[error(transparent)]
    Rollback(#[from] Rollback),
}

impl From<&KeyRingFileError> for Problem {
    fn from(error: &KeyRingFileError) -> Self {
        match error {
            KeyRingFileError::Sealed(error) => error.into(),
            KeyRingFileError::Disk(DiskError::Busy) | KeyRingFileError::Conflict { .. } => {
                Self::unavailable()
            }
            _ => Self::internal(),
        }
    }
}
