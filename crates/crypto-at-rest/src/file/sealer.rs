//! Seals files.

use super::armor::ArmorWriter;
use super::atomic::{AtomicFile, WriteOptions};
use super::file_key::PAYLOAD_NONCE_LEN;
use super::header::{Header, HeaderRoom};
use super::input::{consume, feed};
use super::payload::{ChunkCipher, Direction, Layout};
use super::progress::Watch;
use super::pump::{self, BATCH_LEN, Drain, Feed, Job};
use super::recipient::Recipient;
use super::{FileError, Input};
use std::fmt;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use stockade_core::Entropy;

/// Seals files for some recipients: the age v1 format, so that age and every other implementation of it opens them.
///
/// ```
/// use stockade_core::SystemEntropy;
/// use stockade_crypto_at_rest::file::{Opener, Sealer, X25519Identity};
///
/// let identity = X25519Identity::generate(&SystemEntropy)?;
/// let sealed = Sealer::new(vec![&identity.recipient()], &SystemEntropy).bytes(b"attack at dawn")?;
/// assert_eq!(Opener::new(vec![&identity]).bytes(&sealed)?.expose(), b"attack at dawn");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Memory is constant: 256 KiB for each thread. A file key and a nonce are drawn for each call, so that no two files share a
/// key, and a nonce within a file is its chunk's number.
#[derive(Clone)]
pub struct Sealer<'a> {
    recipients: Vec<&'a dyn Recipient>,
    pub(super) entropy: &'a dyn Entropy,
    room: HeaderRoom,
    pub(super) armor: bool,
    threads: Option<NonZeroUsize>,
    pub(super) watch: Option<&'a Watch<'a>>,
}

impl<'a> Sealer<'a> {
    /// Seals for all of `recipients`; any one of them opens.
    #[must_use]
    pub fn new(recipients: Vec<&'a dyn Recipient>, entropy: &'a dyn Entropy) -> Self {
        Self { recipients, entropy, room: HeaderRoom::None, armor: false, threads: None, watch: None }
    }

    /// Leaves room in the header for other recipients, so that a later rewrap need not move the payload.
    #[must_use]
    pub fn header_room(mut self, room: HeaderRoom) -> Self {
        self.room = room;
        self
    }

    /// Whether the file is text, for channels that carry nothing else. A third longer, and without random access.
    #[must_use]
    pub fn armor(mut self, armor: bool) -> Self {
        self.armor = armor;
        self
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

    /// Seals all of `from` into `to`, and returns how many octets of plaintext there were. `to` is flushed at the end.
    ///
    /// # Errors
    /// [`FileError::Header`] for recipients that cannot be sealed for, [`FileError::Read`], [`FileError::Write`],
    /// [`FileError::Changed`], [`FileError::Cancelled`], [`FileError::TooLong`], [`FileError::Entropy`]. What was written by
    /// then is a beginning that nobody opens as a whole.
    pub fn seal<'i>(
        &self,
        from: impl Into<Input<'i>>,
        to: &mut (impl Write + Send),
    ) -> Result<u64, FileError> {
        let read = if self.armor {
            let mut armor = ArmorWriter::new(&mut *to).map_err(FileError::Write)?;
            let read = self.stream(from.into(), &mut armor)?;
            armor.finish().map_err(FileError::Write)?;
            read
        } else {
            self.stream(from.into(), to)?
        };
        to.flush().map_err(FileError::Write)?;
        Ok(read)
    }

    /// Seals `plaintext` in memory.
    ///
    /// # Errors
    /// As [`seal`](Self::seal).
    pub fn bytes(&self, plaintext: &[u8]) -> Result<Vec<u8>, FileError> {
        let mut sealed = Vec::new();
        self.seal(&mut &*plaintext, &mut sealed)?;
        Ok(sealed)
    }

    /// Seals all of `from` into a file that appears as `to` when it is whole, and returns how many octets of plaintext there
    /// were. Its mode is 0600.
    ///
    /// # Errors
    /// As [`seal`](Self::seal), and [`FileError::Exists`] or [`FileError::NotRegular`] for the target. After an error, and after
    /// the death of the process, what was under that name still is.
    pub fn seal_to<'i>(
        &self,
        from: impl Into<Input<'i>>,
        to: &Path,
        options: WriteOptions,
    ) -> Result<u64, FileError> {
        let file = AtomicFile::create(to, options, self.entropy)?;
        let read = self.seal_into(from.into(), &file)?;
        file.commit()?;
        Ok(read)
    }

    /// Seals the file `from` into a file that appears as `to` when it is whole. Both may be the same where replacing is asked
    /// for.
    ///
    /// # Errors
    /// As [`seal_to`](Self::seal_to).
    pub fn seal_file(&self, from: &Path, to: &Path, options: WriteOptions) -> Result<u64, FileError> {
        self.seal_to(&File::open(from).map_err(FileError::Read)?, to, options)
    }

    pub(super) fn seal_into(&self, mut from: Input<'_>, to: &AtomicFile) -> Result<u64, FileError> {
        if self.armor {
            let mut buffered = BufWriter::with_capacity(BATCH_LEN as usize, to.file());
            let mut armor = ArmorWriter::new(&mut buffered).map_err(FileError::Write)?;
            let read = self.stream(from, &mut armor)?;
            armor.finish().map_err(FileError::Write)?;
            buffered.flush().map_err(FileError::Write)?;
            return Ok(read);
        }
        let beginning = self.begin()?;
        if let Feed::Placed { len, .. } = feed(&mut from, BATCH_LEN)? {
            let sealed = Layout::of_plain(len).ok_or(FileError::TooLong)?.sealed;
            to.reserve(sealed.saturating_add(beginning.bytes.len() as u64))?;
        }
        let mut file = to.file();
        file.write_all(&beginning.bytes).map_err(FileError::Write)?;
        let place = Drain::Placed { file, at: beginning.bytes.len() as u64 };
        self.run(&beginning.cipher, from, place)
    }

    fn stream(&self, from: Input<'_>, to: &mut (impl Write + Send)) -> Result<u64, FileError> {
        let beginning = self.begin()?;
        to.write_all(&beginning.bytes).map_err(FileError::Write)?;
        self.run(&beginning.cipher, from, Drain::Stream(to))
    }

    fn run(&self, cipher: &ChunkCipher, mut from: Input<'_>, to: Drain<'_>) -> Result<u64, FileError> {
        let job = Job { direction: Direction::Seal, cipher, threads: self.threads, watch: self.watch };
        let feed = feed(&mut from, BATCH_LEN)?;
        let placed = match feed {
            Feed::Placed { file, at, len } => Some((file, at.saturating_add(len))),
            Feed::Stream(_) => None,
        };
        let read = pump::run(&job, feed, to)?.read;
        placed.map_or(Ok(()), |(file, end)| consume(file, end))?;
        Ok(read)
    }

    /// Draws the keys.
    pub(super) fn begin(&self) -> Result<Beginning, FileError> {
        let (header, key) = Header::seal(&self.recipients, self.room, self.entropy)?;
        let mut nonce = [0; PAYLOAD_NONCE_LEN];
        self.entropy.fill(&mut nonce)?;
        let mut bytes = header.as_bytes().to_vec();
        bytes.extend_from_slice(&nonce);
        Ok(Beginning { bytes, cipher: ChunkCipher::new(&key.payload_key(&nonce)) })
    }
}

impl fmt::Debug for Sealer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer")
            .field("recipients", &self.recipients)
            .field("room", &self.room)
            .field("armor", &self.armor)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// What comes before the chunks of a new file, and what seals them.
pub(super) struct Beginning {
    /// Header and nonce.
    pub(super) bytes: Vec<u8>,
    pub(super) cipher: ChunkCipher,
}
