//! The chunks that one thread works on at a time.

use super::BATCH_CHUNKS;
use crate::backend::TAG_LEN;
use crate::file::FileError;
use crate::file::payload::{ChunkCipher, Direction, Place, SEALED_CHUNK};
use zeroize::Zeroizing;

/// A few chunks side by side, each with room for its tag. Wiped when dropped.
pub(super) struct Batch {
    direction: Direction,
    buffer: Zeroizing<Vec<u8>>,
    /// How much of each chunk is filled: input before [`work`](Batch::work), output after.
    lens: [usize; BATCH_CHUNKS],
    chunks: usize,
    /// Whether the payload ends with this batch.
    ends: bool,
}

impl Batch {
    pub(super) fn new(direction: Direction) -> Self {
        let buffer = Zeroizing::new(vec![0; BATCH_CHUNKS * SEALED_CHUNK]);
        Self { direction, buffer, lens: [0; BATCH_CHUNKS], chunks: 0, ends: false }
    }

    /// Fills the batch chunk by chunk. `fill` is given the room of one chunk, and says how much of it was filled; less than all
    /// means that the input ends there. Returns whether it did.
    pub(super) fn fill<E>(&mut self, mut fill: impl FnMut(&mut [u8]) -> Result<usize, E>) -> Result<bool, E> {
        (self.chunks, self.ends) = (0, false);
        let unit = self.direction.unit();
        for (room, len) in self.buffer.chunks_exact_mut(SEALED_CHUNK).zip(&mut self.lens) {
            *len = fill(&mut room[..unit])?;
            if *len == 0 && self.chunks > 0 {
                return Ok(true);
            }
            self.chunks += 1;
            if *len < unit {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Says that nothing follows.
    pub(super) fn end(&mut self) {
        self.ends = true;
    }

    /// Octets of input in the batch.
    pub(super) fn len(&self) -> usize {
        self.lens[..self.chunks].iter().sum()
    }

    /// Seals or opens all chunks in place; this is batch `number` of its payload.
    pub(super) fn work(&mut self, cipher: &ChunkCipher, number: u64) -> Result<(), FileError> {
        let first = number.checked_mul(BATCH_CHUNKS as u64).ok_or(FileError::TooLong)?;
        let chunks = self.buffer.chunks_exact_mut(SEALED_CHUNK).zip(&mut self.lens).take(self.chunks);
        for (at, (room, len)) in chunks.enumerate() {
            let index = first.checked_add(at as u64).ok_or(FileError::TooLong)?;
            let place = if self.ends && at + 1 == self.chunks { Place::Last } else { Place::Inner };
            *len = match self.direction {
                Direction::Seal => {
                    let room = &mut room[..*len + TAG_LEN];
                    cipher.seal(index, place, room).map(|()| room.len())
                }
                Direction::Open => cipher.open(index, place, &mut room[..*len]).map(|text| text.len()),
            }
            .map_err(|_| FileError::Refused)?;
        }
        Ok(())
    }

    /// What was put out, in as few pieces as it lies in.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let chunks = self.buffer.chunks_exact(SEALED_CHUNK).zip(&self.lens).take(self.chunks);
        let sealed: usize = self.lens[..self.chunks].iter().sum();
        let together = (self.direction == Direction::Seal).then(|| &self.buffer[..sealed]);
        let apart = (self.direction == Direction::Open).then(|| chunks.map(|(room, len)| &room[..*len]));
        together.into_iter().chain(apart.into_iter().flatten())
    }
}
