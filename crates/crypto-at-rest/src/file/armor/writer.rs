//! Puts armour on.

use super::{BATCH, BEGIN, COLUMNS, END, LINE_LEN};
use base64ct::{Base64, Encoding};
use std::io::{self, Write};

/// Writes what it is given into `W` as armour, in constant memory.
///
/// Call [`finish`](Self::finish): without it the armour has no end, and no reader takes it.
#[derive(Debug)]
pub struct ArmorWriter<W: Write> {
    inner: W,
    pending: Vec<u8>,
}

impl<W: Write> ArmorWriter<W> {
    /// Writes the first line.
    ///
    /// # Errors
    /// `inner` cannot be written.
    pub fn new(mut inner: W) -> io::Result<Self> {
        inner.write_all(BEGIN)?;
        inner.write_all(b"\n")?;
        Ok(Self { inner, pending: Vec::with_capacity(BATCH * LINE_LEN) })
    }

    /// Writes what is left and the last line, and gives the writer back. It is not flushed.
    ///
    /// # Errors
    /// The writer cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_lines(self.pending.len())?;
        self.inner.write_all(END)?;
        self.inner.write_all(b"\n")?;
        Ok(self.inner)
    }

    /// Writes the first `len` pending bytes, a multiple of a line but at the end.
    fn write_lines(&mut self, len: usize) -> io::Result<()> {
        let mut text = Vec::with_capacity(len.div_ceil(LINE_LEN) * (COLUMNS + 1));
        for line in self.pending.get(..len).unwrap_or_default().chunks(LINE_LEN) {
            let mut columns = [0; COLUMNS];
            let encoded = Base64::encode(line, &mut columns).map_err(io::Error::other)?;
            text.extend_from_slice(encoded.as_bytes());
            text.push(b'\n');
        }
        self.inner.write_all(&text)?;
        self.pending.drain(..len);
        Ok(())
    }
}

impl<W: Write> Write for ArmorWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(BATCH * LINE_LEN - self.pending.len());
        self.pending.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        if self.pending.len() == BATCH * LINE_LEN {
            self.write_lines(BATCH * LINE_LEN)?;
        }
        Ok(taken)
    }

    /// Writes all full lines, and flushes the writer. The rest, fewer than 48 bytes, waits.
    fn flush(&mut self) -> io::Result<()> {
        self.write_lines(self.pending.len() / LINE_LEN * LINE_LEN)?;
        self.inner.flush()
    }
}
