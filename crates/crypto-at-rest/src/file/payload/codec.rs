//! The chunks of a payload without any input or output: the caller moves the bytes.

use super::{CHUNK, ChunkCipher, Place, SEALED_CHUNK};
use crate::backend::{Refused, TAG_LEN};
use zeroize::Zeroizing;

/// Which way a payload goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Seal,
    Open,
}

impl Direction {
    /// Octets of input that make a full chunk.
    pub(crate) fn unit(self) -> usize {
        match self {
            Self::Seal => CHUNK,
            Self::Open => SEALED_CHUNK,
        }
    }

    /// Octets of output that a full chunk makes.
    pub(crate) fn output_unit(self) -> usize {
        match self {
            Self::Seal => SEALED_CHUNK,
            Self::Open => CHUNK,
        }
    }
}

/// Takes the input as it comes and gives the output chunk by chunk, holding one chunk.
///
/// Whether a chunk is the last shows only when the input ends or goes on, so one octet more than a chunk is taken before it is
/// worked on. What [`chunk`](Codec::chunk) and [`finish`](Codec::finish) return when opening has been verified.
pub(crate) struct Codec {
    direction: Direction,
    cipher: ChunkCipher,
    index: u64,
    buffer: Zeroizing<Vec<u8>>,
    filled: usize,
    /// The octet that showed that the chunk in `buffer` is not the last, once that chunk has been worked on.
    ahead: Option<u8>,
}

impl Codec {
    pub(crate) fn new(direction: Direction, cipher: ChunkCipher) -> Self {
        let buffer = Zeroizing::new(vec![0; SEALED_CHUNK + 1]);
        Self { direction, cipher, index: 0, buffer, filled: 0, ahead: None }
    }

    /// Where the next input goes. Empty exactly when [`chunk`](Codec::chunk) has something to give.
    pub(crate) fn space(&mut self) -> &mut [u8] {
        if let Some(octet) = self.ahead.take() {
            self.buffer[0] = octet;
            self.filled = 1;
        }
        &mut self.buffer[self.filled..=self.direction.unit()]
    }

    /// So many octets were put into [`space`](Codec::space).
    pub(crate) fn took(&mut self, count: usize) {
        self.filled = self.filled.saturating_add(count).min(self.direction.unit() + 1);
    }

    /// The next chunk that is known not to be the last, if enough input is here.
    pub(crate) fn chunk(&mut self) -> Result<Option<&[u8]>, Refused> {
        if self.ahead.is_some() || self.filled <= self.direction.unit() {
            return Ok(None);
        }
        self.ahead = Some(self.buffer[self.direction.unit()]);
        let end = self.work(Place::Inner, self.direction.unit())?;
        Ok(Some(&self.buffer[..end]))
    }

    /// The last chunk: the input has ended.
    pub(crate) fn finish(mut self) -> Result<Finished, Refused> {
        self.space();
        let end = self.work(Place::Last, self.filled)?;
        Ok(Finished { buffer: self.buffer, end })
    }

    fn work(&mut self, place: Place, filled: usize) -> Result<usize, Refused> {
        let index = self.index;
        self.index = index.checked_add(1).ok_or(Refused)?;
        match self.direction {
            Direction::Seal => {
                let end = filled + TAG_LEN;
                let buffer = self.buffer.get_mut(..end).ok_or(Refused)?;
                self.cipher.seal(index, place, buffer)?;
                Ok(end)
            }
            Direction::Open => Ok(self.cipher.open(index, place, &mut self.buffer[..filled])?.len()),
        }
    }
}

/// The last chunk's output.
pub(crate) struct Finished {
    buffer: Zeroizing<Vec<u8>>,
    end: usize,
}

impl Finished {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.end]
    }
}
