//! The file itself, before SQLite sees it.

use crate::OpenError;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// `STKD`: stands in the header of every file of this crate, so that no other application's database is taken for one.
pub(crate) const APPLICATION_ID: u32 = u32::from_be_bytes(*b"STKD");

/// The header's length, its first bytes, and the places of the page size and the application id in it:
/// sqlite.org/fileformat.html §1.3.
const HEADER: usize = 100;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const PAGE_SIZE_AT: usize = 16;
const ID_AT: usize = 68;

/// Creates an empty file for its owner alone, unless there is one.
///
/// SQLite would create it readable for all that the umask allows, and gives its journals the mode of the file.
pub(crate) fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => sync_folder_of(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Looks at the header, without SQLite: opening a database, even to read, may alter files beside it.
pub(crate) fn examine(path: &Path) -> Result<(), OpenError> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut header = Vec::with_capacity(HEADER);
    file.take(HEADER as u64).read_to_end(&mut header)?;
    if header.is_empty() {
        return Ok(());
    }
    let Ok(header) = <[u8; HEADER]>::try_from(header) else { return Err(OpenError::NotADatabase) };
    if !header.starts_with(MAGIC) {
        return Err(OpenError::NotADatabase);
    }
    match application_id(&header) {
        APPLICATION_ID => {}
        application_id => return Err(OpenError::Foreign { application_id }),
    }
    // SQLite takes a file shorter than a page for an empty one and would begin it anew.
    if length < page_size(&header) {
        return Err(OpenError::Damaged("the file is shorter than its first page".into()));
    }
    Ok(())
}

fn page_size(header: &[u8; HEADER]) -> u64 {
    match u16::from_be_bytes([header[PAGE_SIZE_AT], header[PAGE_SIZE_AT + 1]]) {
        1 => 65_536,
        size => u64::from(size),
    }
}

fn application_id(header: &[u8; HEADER]) -> u32 {
    u32::from_be_bytes([header[ID_AT], header[ID_AT + 1], header[ID_AT + 2], header[ID_AT + 3]])
}

#[cfg(unix)]
fn sync_folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(not(unix))]
fn sync_folder_of(_: &Path) -> io::Result<()> {
    Ok(())
}
