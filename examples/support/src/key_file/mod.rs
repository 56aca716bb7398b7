//! Secrets in files: made once, whole or not at all, and closed to everybody else.

use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use zeroize::Zeroizing;

#[cfg(test)]
mod tests;

/// Reads the secret in the file `path`; if there is none, stores the one that `make` gives.
///
/// What is guaranteed:
///
/// - The file holds a whole secret or does not exist, through any crash: the secret is written to a file of another name,
///   flushed to the disk, and only then given its name, in one step.
/// - Of several processes that start at once, one stores its secret and all of them return that one.
/// - The secret's file is made with mode 0600. One that its group or others may read, write or execute is refused: whoever had
///   access may hold a copy, so that changing the mode back would not help.
/// - A secret whose length is not in `lengths` is refused, be it read or made. No more than the allowed bytes are read.
///
/// A crash may leave a file named like `.NAME.PID-N.new` behind. It was never used as a secret and may be deleted. The folder
/// must be on a file system that has hard links; a name is never taken from a file that has it already.
///
/// # Errors
/// See [`KeyFileError`]; `make` is called only if there is no file, and its error becomes [`KeyFileError::Make`].
pub fn load_or_create<E: Into<Box<dyn Error + Send + Sync>>>(
    path: &Path,
    lengths: RangeInclusive<usize>,
    make: impl FnOnce() -> Result<Zeroizing<Vec<u8>>, E>,
) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    if let Some(secret) = load(path, &lengths)? {
        return Ok(secret);
    }
    let secret = make().map_err(|error| KeyFileError::Make { path: path.into(), source: error.into() })?;
    check_length(path, secret.len(), &lengths)?;
    match store(path, &secret).map_err(|source| io_error(path, source))? {
        Stored::Ours => Ok(secret),
        // The winner's file was whole before it had its name.
        Stored::Theirs => load(path, &lengths)?.ok_or_else(|| KeyFileError::Vanished { path: path.into() }),
    }
}

fn load(path: &Path, lengths: &RangeInclusive<usize>) -> Result<Option<Zeroizing<Vec<u8>>>, KeyFileError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error(path, error)),
    };
    // Asked of the open file, not of the name: between two look-ups a name can pass to another file.
    let metadata = file.metadata().map_err(|source| io_error(path, source))?;
    if !metadata.is_file() {
        return Err(KeyFileError::NotAFile { path: path.into() });
    }
    check_mode(path, &metadata)?;
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    check_length(path, length, lengths)?;
    let mut secret = Zeroizing::new(vec![0; length]);
    file.read_exact(&mut secret).map_err(|source| io_error(path, source))?;
    Ok(Some(secret))
}

#[cfg(unix)]
fn check_mode(path: &Path, metadata: &std::fs::Metadata) -> Result<(), KeyFileError> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyFileError::Exposed { path: path.into(), mode }) }
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &std::fs::Metadata) -> Result<(), KeyFileError> {
    Ok(())
}

fn check_length(path: &Path, length: usize, lengths: &RangeInclusive<usize>) -> Result<(), KeyFileError> {
    if lengths.contains(&length) {
        return Ok(());
    }
    Err(KeyFileError::Length { path: path.into(), length, lengths: lengths.clone() })
}

/// Whose secret has the name now.
enum Stored {
    Ours,
    Theirs,
}

fn store(path: &Path, secret: &[u8]) -> io::Result<Stored> {
    let (folder, name) = place(path)?;
    let (draft, mut file) = create_draft(folder, &name)?;
    let written = file.write_all(secret).and_then(|()| file.sync_all());
    // A link, not a rename: a rename would replace the secret of a process that was quicker.
    let stored = match written.and_then(|()| std::fs::hard_link(&draft, path)) {
        Ok(()) => Ok(Stored::Ours),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Stored::Theirs),
        Err(error) => Err(error),
    };
    std::fs::remove_file(&draft)?;
    // Without it a power cut can take back the name, after the secret was put to use. The loser does it too, because the
    // winner may not have come to it yet.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    stored
}

/// Puts `secret` in the place of the one in the file `path`, in one step: a crash leaves the old one or the new one, whole.
///
/// # Errors
/// The file cannot be written.
pub fn replace(path: &Path, secret: &[u8]) -> Result<(), KeyFileError> {
    swap(path, secret).map_err(|source| io_error(path, source))
}

fn swap(path: &Path, secret: &[u8]) -> io::Result<()> {
    let (folder, name) = place(path)?;
    let (draft, mut file) = create_draft(folder, &name)?;
    let written = file.write_all(secret).and_then(|()| file.sync_all());
    if let Err(error) = written.and_then(|()| std::fs::rename(&draft, path)) {
        std::fs::remove_file(&draft)?;
        return Err(error);
    }
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

fn place(path: &Path) -> io::Result<(&Path, std::borrow::Cow<'_, str>)> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    Ok((folder, path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy()))
}

fn create_draft(folder: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    static DRAFTS: AtomicU64 = AtomicU64::new(0);
    // Leftovers of crashed processes that had our id take a few names at most.
    for _ in 0..1000 {
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let draft = folder.join(format!(".{name}.{}-{number}.new", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&draft) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (draft, file)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn io_error(path: &Path, source: io::Error) -> KeyFileError {
    KeyFileError::Io { path: path.into(), source }
}

/// Why a secret file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// Others than the owner have access.
    #[error(
        "key file `{}` has mode {mode:03o}: others may have read it; replace the key, or restore one that only its owner could read with `chmod 600`",
        path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Too long or too short to be the secret.
    #[error("key file `{}`: {length} bytes, expected {} to {}", path.display(), lengths.start(), lengths.end())]
    Length {
        /// The file.
        path: PathBuf,
        /// The length found, or made.
        length: usize,
        /// The lengths allowed.
        lengths: RangeInclusive<usize>,
    },
    /// A folder, a socket or a device has the name.
    #[error("key file `{}` is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file was there, and was gone a moment later: somebody deletes keys.
    #[error("key file `{}` vanished while it was read", path.display())]
    Vanished {
        /// The path.
        path: PathBuf,
    },
    /// No secret could be made.
    #[error("key file `{}`: no key could be made", path.display())]
    Make {
        /// The file that was to be made.
        path: PathBuf,
        /// What went wrong.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The system refused.
    #[error("key file `{}` cannot be read or written", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}
