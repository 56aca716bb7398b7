use super::Canary;
use super::view::{Runs, Shapes, View};
use crate::Span;
use crate::fold::Table;
use crate::guard::detect::Detect;
use crate::output::Scan;
use std::sync::Arc;

/// Bits to a digit and digits left out at the start of a run: an encoded text may begin anywhere in a group of digits, as what
/// stands before it may be read as digits, too.
const ENCODINGS: [(Digits, u32, usize); 6] =
    [(base64, 6, 0), (base64, 6, 1), (base64, 6, 2), (base64, 6, 3), (hex, 4, 0), (hex, 4, 1)];

type Digits = fn(u8) -> Option<u8>;

impl Canary {
    /// Where `text` first gives the canary away, or half of it: the place of what was written, or of its encoding. One pass, and
    /// no memory but for what is found.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Span> {
        let mut found = Vec::new();
        Detect::find(self, text, &mut found);
        found.first().copied()
    }
}

impl Detect for Canary {
    fn find(&self, text: &str, found: &mut Vec<Span>) {
        let _ = Reader::new(&self.shapes).scan(text, true, found);
    }

    fn scanner(&self) -> Option<Box<dyn Scan>> {
        Some(Box::new(Reader::new(&self.shapes)))
    }
}

/// Reads for leaks a text that comes in pieces.
struct Reader {
    shapes: Arc<Shapes>,
    plain: Runs,
    encoded: [View; ENCODINGS.len()],
    /// Where in the whole text the next piece starts.
    base: usize,
    /// How far it was read.
    read: usize,
    /// Leaks that what follows may still be part of.
    pending: Vec<Span>,
}

impl Reader {
    fn new(shapes: &Arc<Shapes>) -> Self {
        Self {
            shapes: Arc::clone(shapes),
            plain: Runs::default(),
            encoded: ENCODINGS.map(|(_, bits, skip)| View::new(bits, skip)),
            base: 0,
            read: 0,
            pending: Vec::new(),
        }
    }

    fn step(&mut self, c: char, span: Span, table: &Table) {
        let Self { shapes, plain, encoded, pending, .. } = self;
        if c.is_ascii() {
            plain.push(c as u8, span, shapes, pending);
        } else {
            for byte in table.bytes(c).as_slice() {
                plain.push(*byte, span, shapes, pending);
            }
        }
        for (view, (digit, _, _)) in encoded.iter_mut().zip(ENCODINGS) {
            let byte = u8::try_from(c).ok().filter(u8::is_ascii);
            match byte.and_then(digit) {
                Some(value) => view.digit(value, span, shapes, pending),
                // Line ends and spaces may stand in an encoding; anything else ends it.
                None if c.is_ascii_whitespace() => {}
                None => view.end(),
            }
        }
    }

    fn close(&mut self) -> usize {
        let Self { plain, encoded, pending, .. } = self;
        plain.close(pending);
        encoded.iter_mut().for_each(|view| view.runs.close(pending));
        self.read
    }

    /// Up to where no leak is or may become one that is not over.
    fn decided(&mut self) -> usize {
        let Self { plain, encoded, pending, read, .. } = self;
        let held = encoded.iter_mut().filter_map(|view| view.held_from(*read, pending)).min();
        let mut decided =
            [plain.held_from(*read, pending), held].into_iter().flatten().fold(*read, usize::min);
        // A leak that is over but overlaps one that is not waits for it.
        pending.sort_unstable();
        for span in pending.iter().rev() {
            if span.end > decided {
                decided = decided.min(span.start);
            }
        }
        decided
    }

    /// Tells the leaks that end before `decided`; those that overlap are one.
    fn tell(&mut self, decided: usize, found: &mut Vec<Span>) {
        self.pending.sort_unstable();
        let mut merged: Vec<Span> = Vec::new();
        for span in self.pending.drain(..) {
            match merged.last_mut() {
                Some(last) if span.start < last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        for span in merged {
            if span.end <= decided {
                found.push(Span::new(span.start - self.base, span.end - self.base));
            } else {
                self.pending.push(span);
            }
        }
    }
}

impl Scan for Reader {
    fn scan(&mut self, text: &str, last: bool, found: &mut Vec<Span>) -> usize {
        let table = Table::get();
        let known = self.read - self.base;
        for (at, c) in text.get(known..).unwrap_or_default().char_indices() {
            let start = self.read + at;
            self.step(c, Span::new(start, start + c.len_utf8()), table);
        }
        self.read = self.base + text.len();
        let decided = if last { self.close() } else { self.decided() };
        self.tell(decided, found);
        let up_to = decided - self.base;
        self.base = decided;
        up_to
    }
}

/// RFC 4648, both alphabets.
fn base64(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
