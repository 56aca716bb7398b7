//! Another header for the same payload: other recipients, or the ring's new key, without reading a byte of what is sealed.
//!
//! The file key stays. So a rewrap adds recipients and moves files from one ring key to the next, but it takes nothing away from
//! whoever opened the file before, or has an older copy of it: for that there is [`reseal`](super::reseal()).
//!
//! - **In place**, in constant time, where the new header can be made exactly as long as the old one: always where the file was
//!   sealed with [`HeaderRoom`] enough, and also where the recipients are as many and of the same types as before. A journal
//!   beside the file makes it safe: whenever the machine stops, the file or the journal has the whole of a header, and
//!   [`recover_rewrap`] puts it right. Opening a file by its name and rewrapping it do so first.
//! - **By copying** otherwise: into a new file, which then takes the name in one step. It costs the file's size, by
//!   `copy_file_range` where the system has it, and the file gets the mode 0600.
//!
//! Armoured files are always copied.

mod copy;
mod in_place;
mod journal;
mod lock;
#[cfg(test)]
mod tests;

use super::FileError;
use super::armor::MaybeArmored;
use super::atomic::Durability;
use super::file_key::PAYLOAD_NONCE_LEN;
use super::header::{Header, HeaderError, HeaderRoom};
use super::recipient::{Identity, Recipient};
use in_place::replace_header;
use journal::{Journal, journal_path};
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;
use stockade_core::Entropy;

/// How a file is rewrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RewrapOptions {
    /// The room in the new header, where the file has to be copied anyway.
    pub room: HeaderRoom,
    /// What must have happened before the call returns.
    pub durability: Durability,
}

impl RewrapOptions {
    /// The same, with this room.
    #[must_use]
    pub fn room(mut self, room: HeaderRoom) -> Self {
        self.room = room;
        self
    }

    /// The same, with this durability. Without syncing, the death of this process is still survived, a loss of power is not.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }
}

/// How a rewrap was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub enum Rewrapped {
    /// Only the header was written.
    InPlace,
    /// A new file took the old one's place.
    Copied,
}

/// What [`recover_rewrap`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub enum Recovery {
    /// No rewrap was interrupted.
    Nothing,
    /// An interrupted rewrap was completed: the file has its new header.
    Completed,
    /// The journal was not whole yet, or the file has been replaced since: the file is as it was, and the journal is gone.
    Discarded,
}

/// Gives the sealed file at `path` a header for `recipients`. One of `identities` must open the old one; the payload is not
/// read.
///
/// Whoever reads the file while its header is replaced may see a part of each, and be refused; trying again helps.
///
/// # Errors
/// [`FileError::Header`] if nobody here opens it or the recipients cannot be sealed for, [`FileError::Busy`] while somebody else
/// rewraps it, [`FileError::NotRegular`] for a link or a device, [`FileError::Changed`], [`FileError::Read`],
/// [`FileError::Write`], [`FileError::Entropy`]. Afterwards the file opens as before, or as was asked for.
pub fn rewrap(
    path: &Path,
    identities: &[&dyn Identity],
    recipients: &[&dyn Recipient],
    options: RewrapOptions,
    entropy: &dyn Entropy,
) -> Result<Rewrapped, FileError> {
    let file = lock::open(path)?;
    let _ = in_place::recover(&file, &journal_path(path))?;
    let mut reader = MaybeArmored::detect(BufReader::new(&file)).map_err(FileError::reading)?;
    let old = Header::read(&mut reader)?;
    let key = old.unlock(identities)?;
    if let MaybeArmored::Armored(payload) = reader {
        let new = Header::wrap(&key, recipients, options.room, entropy)?;
        return copy::armored(path, &new, payload, options.durability, entropy);
    }
    let new = Header::wrap_to_fit(&key, recipients, old.len(), options.room, entropy)?;
    if new.len() == old.len() {
        let journal = Journal::new(&old, &new, nonce(&mut reader)?);
        if replace_header(&file, path, &journal, options.durability, &mut |_| Ok(()))?.is_done() {
            return Ok(Rewrapped::InPlace);
        }
    }
    copy::binary(path, &file, &old, &new, options.durability, entropy)
}

/// Completes or discards a rewrap of `path` that was interrupted. Where there was none, that is one look into the folder. It can
/// itself be interrupted and run again.
///
/// # Errors
/// [`FileError::Busy`] while somebody rewraps the file, [`FileError::NotRegular`] for a journal or a file that is a link, a
/// device or somebody else's, [`FileError::Read`], [`FileError::Write`].
pub fn recover_rewrap(path: &Path) -> Result<Recovery, FileError> {
    let journal = journal_path(path);
    match std::fs::symlink_metadata(&journal) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Recovery::Nothing),
        Err(error) => Err(FileError::Read(error)),
        Ok(_) => in_place::recover(&lock::open(path)?, &journal),
    }
}

fn nonce(reader: &mut MaybeArmored<BufReader<&File>>) -> Result<[u8; PAYLOAD_NONCE_LEN], FileError> {
    let mut nonce = [0; PAYLOAD_NONCE_LEN];
    reader.read_exact(&mut nonce).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => FileError::Header(HeaderError::Truncated),
        _ => FileError::Read(error),
    })?;
    Ok(nonce)
}
