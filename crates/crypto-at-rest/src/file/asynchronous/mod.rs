//! Sealing and opening between tokio's readers and writers, and into files.
//!
//! One chunk of 64 KiB is in memory, and its cipher runs on the task itself between two waits for the reader. Files are written by tokio's blocking threads, 256 KiB at a time. Dropping a future at any point
//! leaves no file. Armour is for the other faces.

mod file;
mod front;
#[cfg(test)]
mod tests;

use super::atomic::{AtomicFile, WriteOptions};
use super::payload::{Codec, Direction};
use super::progress::{Progress, Watch};
use super::{FileError, Opener, Sealer};
use file::Target;
use front::unlock;
use std::ops::ControlFlow;
use std::path::Path;
use stockade_core::Entropy;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

impl Sealer<'_> {
    /// As [`seal`](Self::seal), on one task.
    ///
    /// # Errors
    /// As [`seal`](Self::seal), and [`FileError::Armored`] where armour is asked for.
    pub async fn seal_async<R, W>(&self, from: &mut R, to: &mut W) -> Result<u64, FileError>
    where
        R: AsyncRead + Unpin + ?Sized,
        W: AsyncWrite + Unpin + ?Sized,
    {
        self.run_async(from, &mut Target::Writer(to)).await
    }

    /// As [`seal_to`](Self::seal_to). Must be called within a tokio runtime.
    ///
    /// # Errors
    /// As [`seal_to`](Self::seal_to), and [`FileError::Armored`] where armour is asked for.
    pub async fn seal_async_to<R>(
        &self,
        from: &mut R,
        to: &Path,
        options: WriteOptions,
    ) -> Result<u64, FileError>
    where
        R: AsyncRead + Unpin + ?Sized,
    {
        let mut target = Target::file(AtomicFile::create(to, options, self.entropy)?);
        let octets = self.run_async(from, &mut target).await?;
        target.commit().await?;
        Ok(octets)
    }

    async fn run_async<R, W>(&self, from: &mut R, to: &mut Target<'_, W>) -> Result<u64, FileError>
    where
        R: AsyncRead + Unpin + ?Sized,
        W: AsyncWrite + Unpin + ?Sized,
    {
        if self.armor {
            return Err(FileError::Armored);
        }
        let beginning = self.begin()?;
        to.put(&beginning.bytes).await?;
        let codec = Codec::new(Direction::Seal, beginning.cipher);
        let (read, _) = Run { codec, watch: self.watch, read: 0, written: 0 }.through(&[], from, to).await?;
        Ok(read)
    }
}

impl Opener<'_> {
    /// As [`open`](Self::open), on one task: `to` receives a true beginning of the plaintext, and only `Ok` says that it was
    /// all.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`FileError::Armored`] for an armoured file.
    pub async fn open_async<R, W>(&self, from: &mut R, to: &mut W) -> Result<u64, FileError>
    where
        R: AsyncRead + Unpin + ?Sized,
        W: AsyncWrite + Unpin + ?Sized,
    {
        self.run_async(from, &mut Target::Writer(to)).await
    }

    /// As [`open_to`](Self::open_to). Must be called within a tokio runtime.
    ///
    /// # Errors
    /// As [`open_to`](Self::open_to), and [`FileError::Armored`] for an armoured file.
    pub async fn open_async_to<R>(
        &self,
        from: &mut R,
        to: &Path,
        options: WriteOptions,
        entropy: &dyn Entropy,
    ) -> Result<u64, FileError>
    where
        R: AsyncRead + Unpin + ?Sized,
    {
        let mut target = Target::file(AtomicFile::create(to, options, entropy)?);
        let octets = self.run_async(from, &mut target).await?;
        target.commit().await?;
        Ok(octets)
    }

    async fn run_async<R, W>(&self, from: &mut R, to: &mut Target<'_, W>) -> Result<u64, FileError>
    where
        R: AsyncRead + Unpin + ?Sized,
        W: AsyncWrite + Unpin + ?Sized,
    {
        let (cipher, rest) = unlock(from, &self.identities).await?;
        let codec = Codec::new(Direction::Open, cipher);
        let (_, written) =
            Run { codec, watch: self.watch, read: 0, written: 0 }.through(&rest, from, to).await?;
        Ok(written)
    }
}

/// A payload on its way.
struct Run<'a> {
    codec: Codec,
    watch: Option<&'a Watch<'a>>,
    read: u64,
    written: u64,
}

impl Run<'_> {
    /// Moves `first` and all of `from`. Octets read and written.
    async fn through<R, W>(
        mut self,
        mut first: &[u8],
        from: &mut R,
        to: &mut Target<'_, W>,
    ) -> Result<(u64, u64), FileError>
    where
        R: AsyncRead + Unpin + ?Sized,
        W: AsyncWrite + Unpin + ?Sized,
    {
        loop {
            if let Some(chunk) = self.codec.chunk().map_err(|_| FileError::Refused)? {
                to.put(chunk).await?;
                self.written += chunk.len() as u64;
                self.tell()?;
            }
            let space = self.codec.space();
            let count = match first.is_empty() {
                true => from.read(space).await.map_err(FileError::reading)?,
                false => std::io::Read::read(&mut first, space).map_err(FileError::Read)?,
            };
            if count == 0 {
                break;
            }
            self.codec.took(count);
            self.read += count as u64;
        }
        let Self { codec, watch, read, mut written } = self;
        let last = codec.finish().map_err(|_| FileError::Refused)?;
        to.put(last.bytes()).await?;
        written += last.bytes().len() as u64;
        to.flush().await?;
        tell(watch, read)?;
        Ok((read, written))
    }

    fn tell(&self) -> Result<(), FileError> {
        tell(self.watch, self.read)
    }
}

fn tell(watch: Option<&Watch<'_>>, done: u64) -> Result<(), FileError> {
    match watch.map(|watch| watch(Progress { done, total: None })) {
        Some(ControlFlow::Break(())) => Err(FileError::Cancelled),
        _ => Ok(()),
    }
}
