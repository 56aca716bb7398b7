//! Base64, RFC 4648: either alphabet, padded or not, in one line or several.

use super::is_printable;
use super::origins::Shape;
use super::slot::{Input, Reading, Sink};

/// What is half read.
#[derive(Debug, Default)]
pub(super) struct Quad {
    sextets: [u8; 4],
    starts: [usize; 4],
    len: usize,
    /// White space since the last character.
    blanks: usize,
}

/// More white space than this ends it: a line break and some indentation may stand inside.
const MAX_BLANKS: usize = 8;
/// So many groups of four characters are read at once.
const GROUPS: usize = 64;

impl Quad {
    pub(super) fn read(&mut self, input: &mut Input<'_, '_>, sink: &mut Sink<'_, '_>) -> Reading {
        loop {
            if self.len == 0 && self.groups(input, sink) == Reading::Done {
                return Reading::Done;
            }
            let Some(byte) = input.peek() else { break };
            let Some(bits) = sextet(byte) else {
                let blank = matches!(byte, b' ' | b'\t' | b'\r' | b'\n') && self.len == 0;
                self.blanks += 1;
                if blank && self.blanks <= MAX_BLANKS {
                    input.at += 1;
                    continue;
                }
                return self.end(sink);
            };
            self.blanks = 0;
            self.sextets[self.len] = bits;
            self.starts[self.len] = input.at;
            input.at += 1;
            self.len += 1;
            if self.len == 4 && self.put(sink) == Reading::Done {
                return Reading::Done;
            }
        }
        if input.last { self.end(sink) } else { Reading::More }
    }

    /// Reads whole groups as far as they say something printable, many at once.
    fn groups(&mut self, input: &mut Input<'_, '_>, sink: &mut Sink<'_, '_>) -> Reading {
        loop {
            let start = input.at;
            let mut decoded = [0; 3 * GROUPS];
            let mut len = 0;
            let (groups, _) = input.bytes().as_chunks::<4>();
            for (group, slot) in groups.iter().zip(decoded.as_chunks_mut::<3>().0) {
                let [a, b, c, d] = group.map(|byte| SEXTETS[usize::from(byte)]);
                if (a | b | c | d) & NONE != 0 {
                    break;
                }
                *slot = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
                if !slot.iter().copied().all(is_printable) {
                    break;
                }
                len += 3;
            }
            if len == 0 {
                return Reading::More;
            }
            self.blanks = 0;
            input.at += len / 3 * 4;
            let decoded = decoded.get(..len).unwrap_or_default();
            if sink.put(decoded, start, Shape::Sextets) == Reading::Done {
                return Reading::Done;
            }
        }
    }

    /// What less than four characters say.
    fn end(&mut self, sink: &mut Sink<'_, '_>) -> Reading {
        let _ = self.put(sink);
        Reading::Done
    }

    fn put(&mut self, sink: &mut Sink<'_, '_>) -> Reading {
        let [a, b, c, d] = self.sextets;
        let bytes = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
        let whole = std::mem::take(&mut self.len);
        for (nth, byte) in bytes.into_iter().enumerate().take(whole.saturating_sub(1)) {
            if !is_printable(byte) {
                return Reading::Done;
            }
            let len = self.starts[nth + 1] + 1 - self.starts[nth];
            if sink.put(&[byte], self.starts[nth], Shape::Whole(len)) == Reading::Done {
                return Reading::Done;
            }
        }
        Reading::More
    }
}

/// No character of either alphabet.
const NONE: u8 = 0x80;

const SEXTETS: [u8; 256] = {
    let mut table = [NONE; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => NONE,
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    table
};

pub(super) fn sextet(byte: u8) -> Option<u8> {
    Some(SEXTETS[usize::from(byte)]).filter(|bits| *bits != NONE)
}
