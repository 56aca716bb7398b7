//! The file, as far as overwriting has to know it.

use super::Segment;
use std::io;

/// An open regular file that is overwritten. Several threads use it at a time.
///
/// An implementation passes each call on and hides nothing: a short write is returned as such, an error as it came. Whoever
/// overwrites repeats what was interrupted, goes on behind what is broken, and reports it.
pub(crate) trait Target: Send + Sync {
    /// How long the file is now.
    fn len(&self) -> io::Result<u64>;

    /// Makes the file `len` bytes long: called once, to cut off what was appended to cover the slack of the last block.
    fn set_len(&self, len: u64) -> io::Result<()>;

    /// The first run of data that ends behind `from`, cut to begin at `from` or later (`SEEK_DATA`, `SEEK_HOLE`); `None` where
    /// only a hole or nothing follows. Asked once for each run of data and pass, because finding the end of one may take a look at
    /// every page of it. Holes have no blocks, and writing into one would take fresh blocks for nothing. Where a
    /// file system does not tell holes from data, all is data, up to the length.
    fn next_segment(&self, from: u64) -> io::Result<Option<Segment>>;

    /// `pwrite`.
    fn write_at(&self, buffer: &[u8], at: u64) -> io::Result<usize>;

    /// `pread`.
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize>;

    /// `fdatasync`: what was written, and the length, are on the medium when it returns, as far as the medium tells.
    fn sync(&self) -> io::Result<()>;

    /// Lets go of cached pages (`POSIX_FADV_DONTNEED`), so that what is read next comes from the medium. A hint: it may fail.
    fn forget(&self, at: u64, len: u64);

    /// Turns `O_DIRECT` on or off for all threads (`F_SETFL`). Buffers, offsets and lengths are multiples of 4096 while it is
    /// on, but perhaps at the end of the file; `EINVAL` from a read or write makes the caller turn it off and try again.
    fn set_direct(&self, on: bool) -> io::Result<()>;
}
