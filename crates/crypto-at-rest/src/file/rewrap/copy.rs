//! Rewraps into a new file.

use super::Rewrapped;
use crate::file::armor::ArmorWriter;
use crate::file::atomic::{AtomicFile, Existing, WriteOptions};
use crate::file::header::Header;
use crate::file::{Durability, FileError};
use std::fs::File;
use std::io::{self, BufRead, Seek, SeekFrom, Write};
use std::path::Path;
use stockade_core::Entropy;

/// The new header, and all of `old` behind its header.
pub(super) fn binary(
    path: &Path,
    mut old: &File,
    old_header: &Header,
    header: &Header,
    durability: Durability,
    entropy: &dyn Entropy,
) -> Result<Rewrapped, FileError> {
    let from = old_header.len() as u64;
    let size = old.metadata().map_err(FileError::Read)?.len();
    let payload = size.checked_sub(from).ok_or(FileError::Changed)?;
    let new = create(path, durability, entropy)?;
    new.reserve(payload.saturating_add(header.len() as u64))?;
    old.seek(SeekFrom::Start(from)).map_err(FileError::Read)?;
    let mut to = new.file();
    to.write_all(header.as_bytes()).map_err(FileError::Write)?;
    // Both are plain files: the standard library has the kernel copy, and share the blocks where it can.
    if io::copy(&mut old, &mut to).map_err(FileError::Write)? != payload {
        return Err(FileError::Changed);
    }
    new.commit()?;
    Ok(Rewrapped::Copied)
}

/// The new header, and all that `payload` still gives, under armour again.
pub(super) fn armored(
    path: &Path,
    header: &Header,
    mut payload: impl BufRead,
    durability: Durability,
    entropy: &dyn Entropy,
) -> Result<Rewrapped, FileError> {
    let new = create(path, durability, entropy)?;
    let mut armor = ArmorWriter::new(new.file()).map_err(FileError::Write)?;
    armor.write_all(header.as_bytes()).map_err(FileError::Write)?;
    loop {
        let bytes = payload.fill_buf().map_err(FileError::reading)?;
        if bytes.is_empty() {
            break;
        }
        armor.write_all(bytes).map_err(FileError::Write)?;
        let taken = bytes.len();
        payload.consume(taken);
    }
    armor.finish().map_err(FileError::Write)?;
    new.commit()?;
    Ok(Rewrapped::Copied)
}

fn create(path: &Path, durability: Durability, entropy: &dyn Entropy) -> Result<AtomicFile, FileError> {
    let options = WriteOptions::default().existing(Existing::Replace).durability(durability);
    AtomicFile::create(path, options, entropy)
}
