//! Memory as `O_DIRECT` wants it.

use zeroize::Zeroize;

/// What every device and file system takes (a page; sectors have 512 or 4096 bytes).
pub(super) const ALIGNMENT: usize = 4096;

/// Bytes whose address is a multiple of [`ALIGNMENT`]. Wiped when dropped: where a write failed, the old data is read back
/// into it.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    skip: usize,
    len: usize,
}

impl Buffer {
    pub(super) fn new(len: usize) -> Self {
        let bytes = vec![0; len + ALIGNMENT];
        // Where the address cannot be told, any will do: the system refuses, and the page cache takes it.
        let skip = bytes.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        Self { bytes, skip, len }
    }

    /// The first `len` bytes, or all if they are fewer.
    pub(super) fn first(&mut self, len: u64) -> &mut [u8] {
        let len = usize::try_from(len).unwrap_or(usize::MAX).min(self.len);
        self.bytes.get_mut(self.skip..self.skip + len).unwrap_or_default()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.bytes.as_mut_slice().zeroize();
    }
}
