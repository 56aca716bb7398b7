//! A sealed file as a reader of its plaintext.

use super::FileError;
use super::armor::MaybeArmored;
use super::opener::unlock;
use super::payload::{Codec, Direction};
use super::recipient::Identity;
use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read};
use zeroize::Zeroizing;

/// Reads the plaintext of a sealed file, in order. Made by [`Opener::reader`](super::Opener::reader).
///
/// What is read has been verified; but only the end of the reading says that it was all. An altered or cut payload is an error
/// of kind [`InvalidData`](ErrorKind::InvalidData) with a [`FileError`] inside, and stays one.
pub struct OpenReader<R> {
    from: MaybeArmored<R>,
    codec: Option<Codec>,
    /// Verified, and not all given out yet. Wiped when dropped.
    text: Zeroizing<Vec<u8>>,
    given: usize,
    refused: bool,
}

impl<R: BufRead> OpenReader<R> {
    pub(super) fn new(from: R, identities: &[&dyn Identity]) -> Result<Self, FileError> {
        let mut from = MaybeArmored::detect(from).map_err(FileError::reading)?;
        let (cipher, _) = unlock(&mut from, identities)?;
        let codec = Some(Codec::new(Direction::Open, cipher));
        Ok(Self { from, codec, text: Zeroizing::default(), given: 0, refused: false })
    }

    /// Opens the next chunk. Nothing is left in `text` when there is none.
    fn advance(&mut self) -> Result<(), FileError> {
        self.given = 0;
        self.text.clear();
        let Some(codec) = &mut self.codec else { return Ok(()) };
        loop {
            if let Some(text) = codec.chunk().map_err(|_| FileError::Refused)? {
                self.text.extend_from_slice(text);
                return Ok(());
            }
            match self.from.read(codec.space()) {
                Ok(0) => break,
                Ok(count) => codec.took(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(FileError::reading(error)),
            }
        }
        let last = self.codec.take().ok_or(FileError::Refused)?.finish().map_err(|_| FileError::Refused)?;
        self.text.extend_from_slice(last.bytes());
        Ok(())
    }
}

impl<R: BufRead> Read for OpenReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.refused {
            return Err(FileError::Refused.into_io());
        }
        if self.given == self.text.len() && !buffer.is_empty() {
            let advanced = self.advance();
            self.refused = matches!(advanced, Err(FileError::Refused));
            advanced.map_err(FileError::into_io)?;
        }
        let rest = &self.text[self.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

impl<R> fmt::Debug for OpenReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenReader").finish_non_exhaustive()
    }
}
