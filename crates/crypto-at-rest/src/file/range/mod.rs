//! Reads a sealed file at any place.

mod read_at;
#[cfg(test)]
mod tests;

pub use read_at::ReadAt;

use super::FileError;
use super::armor::MaybeArmored;
use super::opener::unlock;
use super::payload::{CHUNK, ChunkCipher, Layout, Place, SEALED_CHUNK};
use super::recipient::Identity;
use read_at::{From, read_exact_at};
use std::fmt;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use zeroize::Zeroizing;

/// A sealed file, open for reading at any place.
///
/// Armoured files cannot be read so. A read opens the chunks that it touches (64 KiB each) and nothing else, however long the
/// file is. The chunk read last is kept, so that short reads in order open each chunk once; it is wiped when dropped.
///
/// **What is verified when.** The header and the last chunk are when this is opened: a file whose end was cut off is refused
/// before its front is served. Every other chunk is when it is read. Bytes given out are the sealed ones, at the place they
/// were sealed for; that the chunks *not* read are whole is not known, and only opening all of it tells.
pub struct RangeReader<F> {
    file: F,
    cipher: ChunkCipher,
    layout: Layout,
    /// Where the chunks begin.
    start: u64,
    chunk: Zeroizing<Vec<u8>>,
    /// Which chunk is in there, and how long its text is.
    held: Option<(u64, usize)>,
    position: u64,
}

impl<F: ReadAt> RangeReader<F> {
    pub(super) fn open(file: F, identities: &[&dyn Identity]) -> Result<Self, FileError> {
        let front = BufReader::with_capacity(4096, From::start(&file));
        let MaybeArmored::Binary(mut front) = MaybeArmored::detect(front).map_err(FileError::reading)? else {
            return Err(FileError::Armored);
        };
        let (cipher, start) = unlock(&mut front, identities)?;
        let size = file.size().map_err(FileError::Read)?;
        let sealed = size.checked_sub(start).ok_or(FileError::Changed)?;
        let layout = Layout::of_sealed(sealed).ok_or(FileError::Refused)?;
        let chunk = Zeroizing::new(vec![0; SEALED_CHUNK]);
        let mut reader = Self { file, cipher, layout, start, chunk, held: None, position: 0 };
        reader.hold(layout.last())?;
        Ok(reader)
    }

    /// Octets of plaintext.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a file of no octets is as good as any")]
    pub fn len(&self) -> u64 {
        self.layout.plain
    }

    /// Reads into `buffer` from `offset` on, and returns how many octets: fewer than asked only at the end of the file.
    ///
    /// # Errors
    /// [`FileError::Refused`] for a chunk that was altered, [`FileError::Read`], [`FileError::Changed`]. `buffer` may then hold
    /// verified plaintext from before the place of the error.
    pub fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, FileError> {
        let mut done = 0;
        while done < buffer.len() {
            let count = self.read_chunk(offset.saturating_add(done as u64), &mut buffer[done..])?;
            if count == 0 {
                break;
            }
            done += count;
        }
        Ok(done)
    }

    /// What of one chunk is wanted; nothing past the end.
    fn read_chunk(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, FileError> {
        if offset >= self.layout.plain {
            return Ok(0);
        }
        let text = self.hold(offset / CHUNK as u64)?;
        let within = usize::try_from(offset % CHUNK as u64).unwrap_or(CHUNK);
        let text = text.get(within..).unwrap_or_default();
        let count = text.len().min(buffer.len());
        buffer[..count].copy_from_slice(&text[..count]);
        Ok(count)
    }

    /// The text of one chunk.
    fn hold(&mut self, index: u64) -> Result<&[u8], FileError> {
        if let Some((_, len)) = self.held.filter(|(held, _)| *held == index) {
            return Ok(&self.chunk[..len]);
        }
        self.held = None;
        let sealed = &mut self.chunk[..self.layout.sealed_len(index)];
        let place = index.checked_mul(SEALED_CHUNK as u64).and_then(|at| at.checked_add(self.start));
        read_exact_at(&self.file, sealed, place.ok_or(FileError::TooLong)?).map_err(|error| {
            match error.kind() {
                ErrorKind::UnexpectedEof => FileError::Changed,
                _ => FileError::Read(error),
            }
        })?;
        let place = if index == self.layout.last() { Place::Last } else { Place::Inner };
        let text = self.cipher.open(index, place, sealed).map_err(|_| FileError::Refused)?;
        self.held = Some((index, text.len()));
        Ok(text)
    }
}

impl<F: ReadAt> Read for RangeReader<F> {
    /// Gives what is left of one chunk at most.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.read_chunk(self.position, buffer).map_err(FileError::into_io)?;
        self.position = self.position.saturating_add(count as u64);
        Ok(count)
    }
}

impl<F: ReadAt> Seek for RangeReader<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(step) => self.position.checked_add_signed(step),
            SeekFrom::End(step) => self.layout.plain.checked_add_signed(step),
        };
        self.position = position.ok_or(ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl<F> fmt::Debug for RangeReader<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RangeReader").field("len", &self.layout.plain).finish_non_exhaustive()
    }
}
