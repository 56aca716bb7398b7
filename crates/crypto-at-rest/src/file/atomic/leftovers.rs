//! The hidden files that killed runs leave behind.

use crate::file::FileError;
use rustix::fs::{self, AtFlags, FileType, FlockOperation, Mode, OFlags};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use stockade_core::{Clock, Entropy};

const MIDDLE: &[u8] = b".stockade-";
const SUFFIX: &[u8] = b".tmp";
/// Octets of randomness in a name; another process's temporary file is never hit, even by one who tries.
const RANDOM: usize = 8;
/// The longest part of the target's name in it: with the rest it stays below the 255 octets that names may have.
const NAME: usize = 200;

/// Removes the temporary files that killed runs left in `folder`, and returns their paths.
///
/// A leftover is a regular file whose name is `.<name>.stockade-<16 hex digits>.tmp`, that has not changed for `older_than`, and
/// that no process holds locked. The age is for file systems without locks; an hour is more than a stalled disk needs.
/// Symbolic links are neither followed nor removed, folders below are not visited. Most runs on Linux leave nothing, because
/// their file has no name until it is whole.
///
/// # Errors
/// The folder cannot be read, or a leftover in it cannot be removed. What was removed before stays removed.
pub fn clean_leftovers(folder: &Path, older_than: Duration, clock: &dyn Clock) -> io::Result<Vec<PathBuf>> {
    let limit = clock.now().minus(older_than);
    let mut removed = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.file_name().is_some_and(is_temporary_name) && is_dead(&path, limit.as_millis())? {
            std::fs::remove_file(&path)?;
            removed.push(path);
        }
    }
    Ok(removed)
}

/// A hidden name for a file that will replace `name`.
pub(super) fn temporary_name(name: &OsStr, entropy: &dyn Entropy) -> Result<OsString, FileError> {
    let mut random = [0; RANDOM];
    entropy.fill(&mut random)?;
    let name = name.as_bytes();
    let mut temporary = b".".to_vec();
    temporary.extend_from_slice(name.get(..NAME).unwrap_or(name));
    temporary.extend_from_slice(MIDDLE);
    temporary.extend_from_slice(format!("{:016x}", u64::from_be_bytes(random)).as_bytes());
    temporary.extend_from_slice(SUFFIX);
    Ok(OsString::from_vec(temporary))
}

pub(super) fn is_temporary_name(name: &OsStr) -> bool {
    let random = |name: &[u8]| {
        let rest = name.strip_prefix(b".")?.strip_suffix(SUFFIX)?;
        let (rest, random) = rest.split_at_checked(rest.len().checked_sub(2 * RANDOM)?)?;
        let named = rest.len() > MIDDLE.len() && rest.ends_with(MIDDLE);
        Some(named && random.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')))
    };
    random(name.as_bytes()) == Some(true)
}

/// Whether it is a regular file, unchanged since `limit`, that nobody holds.
fn is_dead(path: &Path, limit: u64) -> io::Result<bool> {
    let stat = match fs::statat(fs::CWD, path, AtFlags::SYMLINK_NOFOLLOW) {
        Err(rustix::io::Errno::NOENT) => return Ok(false),
        stat => stat?,
    };
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Ok(false);
    }
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(fs::open(path, flags, Mode::empty())?);
    let changed = file.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let old = changed.as_millis() <= u128::from(limit);
    Ok(old
        && fs::flock(&file, FlockOperation::NonBlockingLockExclusive) != Err(rustix::io::Errno::WOULDBLOCK))
}
