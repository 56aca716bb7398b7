//! Armoured or not, found out by looking.

use super::ArmorReader;
use std::io::{self, BufRead, Read};

/// A file that may be armoured: read through this it is binary in any case.
#[derive(Debug)]
#[non_exhaustive]
pub enum MaybeArmored<R> {
    /// As it was.
    Binary(R),
    /// With its armour taken off.
    Armored(ArmorReader<R>),
}

impl<R: BufRead> MaybeArmored<R> {
    /// Looks at the first byte, which decides: a binary file begins with `a`, armour with a dash or white space. Nothing is
    /// consumed.
    ///
    /// # Errors
    /// `reader` cannot be read.
    pub fn detect(mut reader: R) -> io::Result<Self> {
        Ok(match reader.fill_buf()?.first() {
            Some(b'-' | b' ' | b'\t' | b'\r' | b'\n') => Self::Armored(ArmorReader::new(reader)),
            _ => Self::Binary(reader),
        })
    }
}

impl<R: BufRead> Read for MaybeArmored<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Binary(reader) => reader.read(buffer),
            Self::Armored(reader) => reader.read(buffer),
        }
    }
}

impl<R: BufRead> BufRead for MaybeArmored<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Binary(reader) => reader.fill_buf(),
            Self::Armored(reader) => reader.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        match self {
            Self::Binary(reader) => reader.consume(amount),
            Self::Armored(reader) => reader.consume(amount),
        }
    }
}
