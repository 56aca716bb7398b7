//! Signing keys in a file.

use super::{Replacing, SealedSigningKeys, SigningKeyStore};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use stockade_core::StoreError;

const MAGIC: &[u8; 8] = b"stkskey1";
const HEAD_LEN: usize = MAGIC.len() + 8;

/// The record in a file of its own, for services of one machine.
///
/// The file is replaced by a rename, after its bytes and before its folder are flushed to the disk: a crash leaves the old record
/// or the new one, whole. A draft that a crash left behind (`.NAME.PID-N.new`) was never in use and may be deleted. Processes take
/// turns by a lock on the file `NAME.lock` beside it, which the system releases if one is killed. Both are made with mode 0600; a
/// record that its group or others may read or write is refused, sealed though it is.
///
/// Reading and writing block the thread for as long as the disk takes, and for a lock as long as another process holds it: some
/// milliseconds, once in a tick. The file system must have locks and atomic renames, which network ones often lack.
#[derive(Debug, Clone)]
pub struct FileSigningKeys {
    path: PathBuf,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("`{}` is not a regular file", .0.display())]
    NotAFile(PathBuf),
    #[error("`{}` is open to others: its mode must be 0600", .0.display())]
    Exposed(PathBuf),
    #[error("`{}` does not hold signing keys, or not all of them", .0.display())]
    Damaged(PathBuf),
    #[error("`{}` cannot be read or written", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("the record is too long")]
    TooLong,
}

impl FileSigningKeys {
    /// The record in the file `path`, which need not exist yet; its folder must.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn read(&self) -> Result<Option<SealedSigningKeys>, StoreError> {
        let path = &self.path;
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(error)),
        };
        // Asked of the open file, not of the name: between two look-ups a name can pass to another file.
        let metadata = file.metadata().map_err(|error| self.failed(error))?;
        if !metadata.is_file() {
            return Err(StoreError::corrupt(FileError::NotAFile(path.clone())));
        }
        if is_exposed(&metadata) {
            return Err(StoreError::corrupt(FileError::Exposed(path.clone())));
        }
        let damaged = || StoreError::corrupt(FileError::Damaged(path.clone()));
        let mut bytes = Vec::new();
        let most = HEAD_LEN + SealedSigningKeys::MAX_LEN;
        file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|error| self.failed(error))?;
        let rest = bytes.strip_prefix(MAGIC).filter(|_| bytes.len() <= most).ok_or_else(damaged)?;
        let (version, sealed) = rest.split_first_chunk().ok_or_else(damaged)?;
        Ok(Some(SealedSigningKeys { version: u64::from_be_bytes(*version), bytes: sealed.to_vec() }))
    }

    fn write(&self, record: &SealedSigningKeys) -> io::Result<()> {
        let (draft, mut file) = self.create_draft()?;
        let written = file
            .write_all(MAGIC)
            .and_then(|()| file.write_all(&record.version.to_be_bytes()))
            .and_then(|()| file.write_all(&record.bytes))
            .and_then(|()| file.sync_all());
        if let Err(error) = written.and_then(|()| std::fs::rename(&draft, &self.path)) {
            std::fs::remove_file(&draft)?;
            return Err(error);
        }
        #[cfg(unix)]
        File::open(self.folder())?.sync_all()?;
        Ok(())
    }

    fn create_draft(&self) -> io::Result<(PathBuf, File)> {
        static DRAFTS: AtomicU64 = AtomicU64::new(0);
        let name = self.path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
        // Leftovers of crashed processes that had our id take a few names at most.
        for _ in 0..1000 {
            let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
            let draft = self.folder().join(format!(".{name}.{}-{number}.new", std::process::id()));
            match owners_only(OpenOptions::new().write(true).create_new(true)).open(&draft) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                opened => return opened.map(|file| (draft, file)),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Waits until no other process changes the record. The lock ends with the file that is returned.
    fn lock(&self) -> io::Result<File> {
        let mut name = self.path.clone().into_os_string();
        name.push(".lock");
        let file = owners_only(OpenOptions::new().write(true).create(true).truncate(false)).open(name)?;
        file.lock()?;
        Ok(file)
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    fn failed(&self, source: io::Error) -> StoreError {
        StoreError::unavailable(FileError::Io { path: self.path.clone(), source })
    }
}

fn owners_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(unix)]
fn is_exposed(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0
}

#[cfg(not(unix))]
fn is_exposed(_: &std::fs::Metadata) -> bool {
    false
}

#[async_trait::async_trait]
impl SigningKeyStore for FileSigningKeys {
    async fn load(&self) -> Result<Option<SealedSigningKeys>, StoreError> {
        self.read()
    }

    async fn replace(&self, expected: Option<u64>, bytes: Vec<u8>) -> Result<Replacing, StoreError> {
        if bytes.len() > SealedSigningKeys::MAX_LEN {
            return Err(StoreError::corrupt(FileError::TooLong));
        }
        let _turn = self.lock().map_err(|error| self.failed(error))?;
        if self.read()?.map(|record| record.version) != expected {
            return Ok(Replacing::Changed);
        }
        let version = SealedSigningKeys::version_after(expected);
        self.write(&SealedSigningKeys { version, bytes }).map_err(|error| self.failed(error))?;
        Ok(Replacing::Replaced)
    }
}
