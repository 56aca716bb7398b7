//! Takes armour off.

use super::{ArmorError, BATCH, BEGIN, COLUMNS, END, LINE_LEN, MAX_WHITESPACE};
use base64ct::{Base64, Encoding};
use std::io::{self, BufRead, Read};

/// Reads what stands inside the armour that `R` gives, a few lines at a time and in constant memory.
///
/// The end of the stream is given only after the end line was seen and nothing but white space behind it. An error is final.
#[derive(Debug)]
pub struct ArmorReader<R> {
    inner: R,
    state: State,
    line: Vec<u8>,
    decoded: Vec<u8>,
    taken: usize,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Before,
    Body,
    /// A line that was not full was read: only the end line may follow.
    LastLine,
    Ended,
    Failed(ArmorError),
}

impl<R: BufRead> ArmorReader<R> {
    /// Nothing is read yet.
    pub fn new(inner: R) -> Self {
        Self { inner, state: State::Before, line: Vec::new(), decoded: Vec::new(), taken: 0 }
    }

    /// What the armour is read from.
    pub fn into_inner(self) -> R {
        self.inner
    }

    /// Decodes up to [`BATCH`] lines; leaves `decoded` empty at the end.
    fn refill(&mut self) -> io::Result<()> {
        self.decoded.clear();
        self.taken = 0;
        if let State::Failed(error) = self.state {
            return Err(error.into());
        }
        self.step().inspect_err(|error| {
            self.decoded.clear();
            // A source that failed inside a line has lost the part before: nothing may follow that either.
            self.state = State::Failed(ArmorError::from_io(error).unwrap_or(ArmorError::End));
        })
    }

    fn step(&mut self) -> io::Result<()> {
        if matches!(self.state, State::Before) {
            self.begin()?;
        }
        while matches!(self.state, State::Body | State::LastLine) && self.decoded.len() < BATCH * LINE_LEN {
            self.next_line()?;
            if self.line == END {
                self.end()?;
            } else if matches!(self.state, State::LastLine) {
                return Err(ArmorError::End.into());
            } else {
                self.decode()?;
            }
        }
        Ok(())
    }

    fn begin(&mut self) -> io::Result<()> {
        let mut skipped = 0;
        loop {
            let raw = self.next_line()?;
            if self.line == BEGIN {
                self.state = State::Body;
                return Ok(());
            }
            if raw == 0 || !self.line.iter().all(u8::is_ascii_whitespace) {
                return Err(ArmorError::Begin.into());
            }
            skipped += raw;
            if skipped > MAX_WHITESPACE {
                return Err(ArmorError::Whitespace.into());
            }
        }
    }

    fn end(&mut self) -> io::Result<()> {
        let mut behind = Vec::new();
        Read::take(&mut self.inner, MAX_WHITESPACE as u64 + 1).read_to_end(&mut behind)?;
        if !behind.iter().all(u8::is_ascii_whitespace) {
            return Err(ArmorError::Trailing.into());
        }
        if behind.len() > MAX_WHITESPACE {
            return Err(ArmorError::Whitespace.into());
        }
        self.state = State::Ended;
        Ok(())
    }

    fn decode(&mut self) -> io::Result<()> {
        if self.line.is_empty() || self.line.len() > COLUMNS {
            return Err(if self.line.is_empty() { ArmorError::End } else { ArmorError::Line }.into());
        }
        let mut buffer = [0; LINE_LEN];
        let decoded = Base64::decode(&self.line, &mut buffer).map_err(|_| ArmorError::Line)?;
        if decoded.len() < LINE_LEN {
            self.state = State::LastLine;
        }
        self.decoded.extend_from_slice(decoded);
        Ok(())
    }

    /// Reads a line into `line` without its end, but no more than a line may have; gives how many bytes it took.
    fn next_line(&mut self) -> io::Result<usize> {
        self.line.clear();
        // the longest line is full and ends in CRLF; a byte more shows a longer one
        let raw = Read::take(&mut self.inner, COLUMNS as u64 + 3).read_until(b'\n', &mut self.line)?;
        if self.line.pop_if(|byte| *byte == b'\n').is_some() {
            self.line.pop_if(|byte| *byte == b'\r');
        }
        Ok(raw)
    }
}

impl<R: BufRead> BufRead for ArmorReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken >= self.decoded.len() {
            self.refill()?;
        }
        Ok(self.decoded.get(self.taken..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.taken = self.decoded.len().min(self.taken.saturating_add(amount));
    }
}

impl<R: BufRead> Read for ArmorReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
