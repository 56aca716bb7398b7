//! What a terminal would obey.

use super::Scan;
use crate::Span;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;

/// The most bytes of one control string that are looked through for its end. xterm keeps no more of a title.
const MAX_STRING: usize = 4096;

/// Escape sequences of ECMA-48: with ESC, and with the C1 characters that stand for ESC and a letter.
pub(super) struct AnsiScan;

/// Control characters that are no part of those: all but tab, line feed, and the carriage return before a line feed.
pub(super) struct ControlScan;

impl Scan for AnsiScan {
    fn scan(&mut self, text: &str, last: bool, found: &mut Vec<Span>) -> usize {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(start) = next(bytes, at, |byte| byte == ESC || byte == 0xc2) {
            let opened = match (bytes.get(start), bytes.get(start + 1)) {
                (Some(&ESC), Some(&letter)) => Some((letter, start + 2)),
                // U+0080 to U+009F are ESC and the letter 0x40 below.
                (Some(0xc2), Some(&c1)) if c1 < 0xa0 => Some((c1.wrapping_sub(0x40), start + 2)),
                (Some(&ESC), None) if !last => return start,
                (Some(&ESC), None) => {
                    found.push(Span::new(start, start + 1));
                    None
                }
                _ => None,
            };
            let Some((letter, body)) = opened else {
                at = start + 1;
                continue;
            };
            match end_of(bytes, letter, body) {
                Some(end) => {
                    // An unfinished sequence ends before the first character that is no part of it.
                    found.push(Span::new(start, end));
                    at = end;
                }
                None if last => {
                    found.push(Span::new(start, bytes.len()));
                    return bytes.len();
                }
                None => return start,
            }
        }
        bytes.len()
    }
}

/// The end of the sequence that `letter` opens, or `None` if the text ends first.
fn end_of(bytes: &[u8], letter: u8, body: usize) -> Option<usize> {
    match letter {
        b'[' => {
            let end = next(bytes, body, |byte| !(0x20..0x40).contains(&byte))?;
            let closed = bytes.get(end).is_some_and(|byte| (0x40..0x7f).contains(byte));
            Some(if closed { end + 1 } else { end })
        }
        b']' | b'P' | b'X' | b'^' | b'_' => {
            let limit = body.saturating_add(MAX_STRING);
            let mut at = body;
            loop {
                let &byte = bytes.get(at)?;
                match byte {
                    BEL => return Some(at + 1),
                    ESC => return bytes.get(at + 1).map(|&after| if after == b'\\' { at + 2 } else { at }),
                    0xc2 if *bytes.get(at + 1)? == 0x9c => return Some(at + 2),
                    b'\n' | b'\r' => return Some(at),
                    // Not inside of a character.
                    _ if at >= limit && byte & 0xc0 != 0x80 => return Some(at),
                    _ => at += 1,
                }
            }
        }
        // nF: intermediates, then one final byte.
        0x20..0x30 => {
            let end = next(bytes, body, |byte| !(0x20..0x30).contains(&byte))?;
            let closed = bytes.get(end).is_some_and(|byte| (0x30..0x7f).contains(byte));
            Some(if closed { end + 1 } else { end })
        }
        0x30..0x7f => Some(body),
        // No letter of ASCII: what follows ESC is no part of a sequence.
        _ if bytes.get(body.wrapping_sub(2)) == Some(&ESC) => Some(body - 1),
        _ => Some(body),
    }
}

impl Scan for ControlScan {
    fn scan(&mut self, text: &str, last: bool, found: &mut Vec<Span>) -> usize {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(start) =
            next(bytes, at, |byte| byte == 0x7f || byte < 0x20 && !b"\t\n".contains(&byte))
        {
            let byte = bytes.get(start).copied().unwrap_or_default();
            at = start + 1;
            match (byte, bytes.get(at)) {
                (b'\r', None) if !last => return start,
                // Alone it lets a line be written over.
                (b'\r', after) if after.is_none_or(|&after| after == b'\n') => {}
                (ESC, _) => {}
                _ => found.push(Span::new(start, at)),
            }
        }
        bytes.len()
    }
}

fn next(bytes: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    bytes.get(from..)?.iter().position(|&byte| wanted(byte)).map(|offset| from + offset)
}
