//! Where an asynchronous run writes.

use super::FileError;
use crate::file::atomic::AtomicFile;
use std::io::{self, Write};
use tokio::io::{AsyncWrite, AsyncWriteExt, Sink};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

/// Octets that are handed to a blocking thread at a time.
const HAND: usize = 256 * 1024;

/// A writer, or a file that will appear when it is whole.
pub(super) enum Target<'w, W: ?Sized> {
    Writer(&'w mut W),
    File(Box<FileTarget>),
}

/// A file and what is still to be written to it.
pub(super) struct FileTarget {
    /// Absent while a blocking thread has it, and for good after an error.
    file: Option<AtomicFile>,
    buffer: Zeroizing<Vec<u8>>,
}

impl Target<'_, Sink> {
    pub(super) fn file(file: AtomicFile) -> Self {
        // Never grows past this, so that no copy of plaintext stays behind.
        let buffer = Zeroizing::new(Vec::with_capacity(HAND));
        Self::File(Box::new(FileTarget { file: Some(file), buffer }))
    }

    /// Gives the file its name.
    pub(super) async fn commit(self) -> Result<(), FileError> {
        let Self::File(mut target) = self else { return Ok(()) };
        target.write().await?;
        let file = target.file.take().ok_or_else(lost)?;
        spawn_blocking(move || file.commit()).await.map_err(|_| lost())?
    }
}

impl<W: AsyncWrite + Unpin + ?Sized> Target<'_, W> {
    pub(super) async fn put(&mut self, mut bytes: &[u8]) -> Result<(), FileError> {
        match self {
            Self::Writer(writer) => writer.write_all(bytes).await.map_err(FileError::Write),
            Self::File(target) => {
                while let Some((now, later)) = bytes.split_at_checked(HAND - target.buffer.len()) {
                    target.buffer.extend_from_slice(now);
                    target.write().await?;
                    bytes = later;
                }
                target.buffer.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    pub(super) async fn flush(&mut self) -> Result<(), FileError> {
        match self {
            Self::Writer(writer) => writer.flush().await.map_err(FileError::Write),
            Self::File(_) => Ok(()),
        }
    }
}

impl FileTarget {
    /// Lets a blocking thread write the buffer. If this future is dropped, that thread drops the file.
    async fn write(&mut self) -> Result<(), FileError> {
        let file = self.file.take().ok_or_else(lost)?;
        let mut buffer = std::mem::take(&mut self.buffer);
        let write = move || {
            file.file().write_all(&buffer).map_err(FileError::Write)?;
            buffer.clear();
            Ok::<_, FileError>((file, buffer))
        };
        let (file, buffer) = spawn_blocking(write).await.map_err(|_| lost())??;
        (self.file, self.buffer) = (Some(file), buffer);
        Ok(())
    }
}

fn lost() -> FileError {
    FileError::Write(io::Error::other("the runtime ended before the file was written"))
}
