//! Opens files.

use super::armor::MaybeArmored;
use super::atomic::{AtomicFile, WriteOptions};
use super::file_key::PAYLOAD_NONCE_LEN;
use super::header::{Header, HeaderError};
use super::input::{consume, span};
use super::payload::{ChunkCipher, Direction, Layout};
use super::progress::Watch;
use super::pump::{self, BATCH_LEN, Drain, Feed, Job};
use super::range::{RangeReader, ReadAt};
use super::reader::OpenReader;
use super::recipient::Identity;
use super::rewrap::recover_rewrap;
use super::{FileError, Input};
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use stockade_core::{Entropy, Secret};

/// Opens files in the age v1 format, whoever sealed them, armoured or not.
///
/// ```
/// use stockade_core::SystemEntropy;
/// use stockade_crypto_at_rest::file::{FileError, Opener, Sealer, X25519Identity};
///
/// let identity = X25519Identity::generate(&SystemEntropy)?;
/// let mut sealed = Sealer::new(vec![&identity.recipient()], &SystemEntropy).bytes(b"attack at dawn")?;
/// *sealed.last_mut().unwrap() ^= 1;
/// assert!(matches!(Opener::new(vec![&identity]).bytes(&sealed), Err(FileError::Refused)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Memory is constant: 256 KiB for each thread.
#[derive(Clone)]
pub struct Opener<'a> {
    pub(super) identities: Vec<&'a dyn Identity>,
    threads: Option<NonZeroUsize>,
    pub(super) watch: Option<&'a Watch<'a>>,
}

impl<'a> Opener<'a> {
    /// Opens with the first of `identities` that fits.
    #[must_use]
    pub fn new(identities: Vec<&'a dyn Identity>) -> Self {
        Self { identities, threads: None, watch: None }
    }

    /// Works with at most so many threads, the caller's among them. The default is one for each processor, at most 16. Inputs up
    /// to 256 KiB start none.
    #[must_use]
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Tells `watch` how far it has come, and stops when it says so.
    #[must_use]
    pub fn progress(mut self, watch: &'a Watch<'a>) -> Self {
        self.watch = Some(watch);
        self
    }

    /// Opens all of `from` into `to`, and returns how many octets of plaintext there were. `to` is flushed at the end.
    ///
    /// Every chunk is verified before any of it is written, and written in order; so what `to` has received when this fails is a
    /// true beginning of the plaintext, but **only a beginning**. Where that matters, use [`open_to`](Self::open_to).
    ///
    /// # Errors
    /// [`FileError::Header`] if it is no such file or nobody here opens it, [`FileError::Refused`] if the payload was altered or
    /// cut, [`FileError::Read`], [`FileError::Write`], [`FileError::Changed`], [`FileError::Cancelled`].
    pub fn open<'i>(
        &self,
        from: impl Into<Input<'i>>,
        to: &mut (impl Write + Send),
    ) -> Result<u64, FileError> {
        let written = self.run(from.into(), |_| Ok(Drain::Stream(to)))?;
        to.flush().map_err(FileError::Write)?;
        Ok(written)
    }

    /// Opens in memory, all or nothing.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn bytes(&self, sealed: &[u8]) -> Result<Secret<Vec<u8>>, FileError> {
        // Plaintext is shorter, so that this never grows and leaves no copy behind.
        let mut plaintext = zeroize::Zeroizing::new(Vec::with_capacity(sealed.len()));
        self.open(&mut &*sealed, &mut *plaintext)?;
        Ok(Secret::new(std::mem::take(&mut *plaintext)))
    }

    /// Opens all of `from` into a file that appears as `to` when all of it has been verified, and returns its length. Its mode
    /// is 0600.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`FileError::Exists`] or [`FileError::NotRegular`] for the target. After an error, and after
    /// the death of the process, what was under that name still is.
    pub fn open_to<'i>(
        &self,
        from: impl Into<Input<'i>>,
        to: &Path,
        options: WriteOptions,
        entropy: &dyn Entropy,
    ) -> Result<u64, FileError> {
        let file = AtomicFile::create(to, options, entropy)?;
        let written = self.run(from.into(), |len| {
            len.map_or(Ok(()), |len| file.reserve(len))?;
            Ok(Drain::Placed { file: file.file(), at: 0 })
        })?;
        file.commit()?;
        Ok(written)
    }

    /// Opens the file `from` into a file that appears as `to` when all of it has been verified. `entropy` is for the name of a
    /// temporary file. A rewrap of `from` that was interrupted is completed before.
    ///
    /// # Errors
    /// As [`open_to`](Self::open_to).
    pub fn open_file(
        &self,
        from: &Path,
        to: &Path,
        options: WriteOptions,
        entropy: &dyn Entropy,
    ) -> Result<u64, FileError> {
        // What cannot be put right, for want of the right to write, may be whole all the same: the header will tell.
        let _ = recover_rewrap(from);
        self.open_to(&File::open(from).map_err(FileError::Read)?, to, options, entropy)
    }

    /// Opens `file` for reading at any place, without opening the rest.
    ///
    /// # Errors
    /// As [`open`](Self::open). The last chunk is verified here, so that a file with a cut end is refused before a byte of it is
    /// served.
    pub fn range<F: ReadAt>(&self, file: F) -> Result<RangeReader<F>, FileError> {
        RangeReader::open(file, &self.identities)
    }

    /// Opens `from` for reading in order, on the caller's thread alone.
    ///
    /// # Errors
    /// As [`open`](Self::open) for the header; for the payload when it is read.
    pub fn reader<R: BufRead>(&self, from: R) -> Result<OpenReader<R>, FileError> {
        OpenReader::new(from, &self.identities)
    }

    /// `drain` is told the length of the plaintext, where it is known before.
    fn run<'d>(
        &self,
        mut from: Input<'_>,
        drain: impl FnOnce(Option<u64>) -> Result<Drain<'d>, FileError>,
    ) -> Result<u64, FileError> {
        let whole = match &from {
            Input::File(file) => span(file)?.map(|(at, len)| (*file, at, len)),
            Input::Stream(_) => None,
        };
        let mut reader = MaybeArmored::detect(BufReader::new(&mut from)).map_err(FileError::reading)?;
        let whole = whole.filter(|_| matches!(reader, MaybeArmored::Binary(_)));
        let (cipher, before) = unlock(&mut reader, &self.identities)?;
        let job =
            Job { direction: Direction::Open, cipher: &cipher, threads: self.threads, watch: self.watch };
        let Some((file, at, len)) = whole else {
            return Ok(pump::run(&job, Feed::Stream(&mut reader), drain(None)?)?.written);
        };
        let sealed = len.checked_sub(before).ok_or(FileError::Changed)?;
        let layout = Layout::of_sealed(sealed).ok_or(FileError::Refused)?;
        let drain = drain(Some(layout.plain))?;
        let feed = match sealed > BATCH_LEN {
            true => Feed::Placed { file, at: at.saturating_add(before), len: sealed },
            false => Feed::Stream(&mut reader),
        };
        let written = pump::run(&job, feed, drain)?.written;
        consume(file, at.saturating_add(len))?;
        Ok(written)
    }
}

impl fmt::Debug for Opener<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener")
            .field("identities", &self.identities)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// Reads header and nonce. What opens the chunks, and how many octets came before them.
pub(super) fn unlock<R: BufRead>(
    reader: &mut R,
    identities: &[&dyn Identity],
) -> Result<(ChunkCipher, u64), FileError> {
    let header = Header::read(reader)?;
    let key = header.unlock(identities)?;
    let mut nonce = [0; PAYLOAD_NONCE_LEN];
    reader.read_exact(&mut nonce).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => FileError::Header(HeaderError::Truncated),
        _ => FileError::reading(error),
    })?;
    let before = header.len().saturating_add(nonce.len()) as u64;
    Ok((ChunkCipher::new(&key.payload_key(&nonce)), before))
}
