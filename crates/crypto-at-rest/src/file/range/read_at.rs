//! What can be read at any place.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// Something that can be read at any place: a file, bytes in memory, an object store behind a range request.
pub trait ReadAt {
    /// Reads some octets from `offset` on; none only at the end.
    ///
    /// # Errors
    /// Whatever keeps it from reading.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// How many octets there are.
    ///
    /// # Errors
    /// Whatever keeps it from knowing.
    fn size(&self) -> io::Result<u64>;
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(self, buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        self.metadata().map(|metadata| metadata.len())
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        (**self).size()
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        (**self).size()
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Arc<T> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        (**self).size()
    }
}

/// Reads on from a place, in order.
pub(super) struct From<'a, F> {
    file: &'a F,
    place: u64,
}

impl<'a, F> From<'a, F> {
    pub(super) fn start(file: &'a F) -> Self {
        Self { file, place: 0 }
    }
}

impl<F: ReadAt> Read for From<'_, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.place)?;
        self.place = self.place.saturating_add(count as u64);
        Ok(count)
    }
}

/// Fills `buffer` from `offset` on.
pub(super) fn read_exact_at<F: ReadAt>(file: &F, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    let mut filled = 0;
    while filled < buffer.len() {
        let rest = &mut buffer[filled..];
        match file.read_at(rest, offset.saturating_add(filled as u64)) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) if count <= rest.len() => filled += count,
            Ok(_) => return Err(io::Error::other("a reader gave more than was asked")),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
