//! An image on its way out, opened a piece at a time.

use crate::blocking;
use axum::body::Bytes;
use std::fs::File;
use stockade_crypto_at_rest::file::{FileError, RangeReader};

/// How much is opened and sent at a time: a chunk of the file.
const PIECE: u64 = 64 * 1024;

/// A part of an image on its way out.
pub(crate) struct Picture {
    reader: RangeReader<File>,
    place: u64,
    left: u64,
    piece: Option<Bytes>,
}

impl Picture {
    pub(crate) fn of(reader: RangeReader<File>) -> Self {
        Self { reader, place: 0, left: 0, piece: None }
    }

    pub(crate) fn len(&self) -> u64 {
        self.reader.len()
    }

    /// Prepares `count` bytes from `first` on, and opens the first piece of them.
    pub(crate) async fn seek(self, first: u64, count: u64) -> Result<Self, FileError> {
        Self { place: first, left: count, ..self }.next().await
    }

    /// The piece that is ready; `None` after the last.
    pub(crate) fn take_piece(&mut self) -> Option<Bytes> {
        self.piece.take()
    }

    /// Opens the next piece, up to the end of its chunk: none is opened twice.
    pub(crate) async fn next(mut self) -> Result<Self, FileError> {
        let count = (PIECE - self.place % PIECE).min(self.left);
        if count == 0 {
            return Ok(self);
        }
        blocking(move || {
            let mut piece = vec![0; usize::try_from(count).map_err(|_| FileError::TooLong)?];
            if self.reader.read_at(self.place, &mut piece)? < piece.len() {
                return Err(FileError::Changed);
            }
            self.place += count;
            self.left -= count;
            self.piece = Some(piece.into());
            Ok(self)
        })
        .await
    }
}
