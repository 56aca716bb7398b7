//! Seals a sealed file anew.

use super::atomic::{AtomicFile, Existing, WriteOptions};
use super::{FileError, Input, Opener, Sealer, recover_rewrap};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use stockade_core::Entropy;

/// Replaces the sealed file at `path` by one of the same plaintext with a new file key and nonce, for other recipients.
///
/// Needed where a file key may have become known, or where somebody who could open the file no longer should: rewrapping leaves
/// the file key as it was. No plaintext touches the disk: it passes through memory, a chunk at a time, in constant space. The
/// new file is put in place when the old one has been verified to its end; a run that dies before leaves the old one, one that
/// dies after leaves the new one, and either can be run again.
///
/// # Errors
/// As [`Opener::open`] and [`Sealer::seal_to`]. After an error the old file is as it was.
pub fn reseal(
    path: &Path,
    opener: &Opener<'_>,
    sealer: &Sealer<'_>,
    options: WriteOptions,
    entropy: &dyn Entropy,
) -> Result<u64, FileError> {
    // As when opening: a header that cannot be put right will tell.
    let _ = recover_rewrap(path);
    let old = File::open(path).map_err(FileError::Read)?;
    let new = AtomicFile::create(path, options.existing(Existing::Replace), entropy)?;
    let octets = sealer.seal_into(Input::from(&mut opener.reader(BufReader::new(old))?), &new)?;
    new.commit()?;
    Ok(octets)
}
