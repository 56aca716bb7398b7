//! Base64, RFC 4648: either alphabet, padded or not, in one line or several.

use super::is_printable;
use super::slot::{Input, Reading, Sink};
use crate::Span;

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

impl Quad {
    pub(super) fn read(&mut self, input: &mut Input<'_, '_>, sink: &mut Sink<'_, '_>) -> Reading {
        while let Some(byte) = input.peek() {
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
            let span = Span::new(self.starts[nth], self.starts[nth + 1] + 1);
            if sink.put(&[byte], span) == Reading::Done {
                return Reading::Done;
            }
        }
        Reading::More
    }
}

pub(super) fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}
