//! Bytes in hexadecimal: in one word, or one by one with what people put between them.

use super::escape::NIBBLES;
use super::is_printable;
use super::origins::Shape;
use super::sentinel::is_between;
use super::slot::{Input, Reading, Sink};

/// What is half read.
#[derive(Debug, Default)]
pub(super) struct Nibbles {
    high: Option<(u8, usize)>,
    any: bool,
    between: usize,
}

/// More than this between two bytes, and they do not belong together.
const MAX_BETWEEN: usize = 6;

impl Nibbles {
    pub(super) fn read(&mut self, input: &mut Input<'_, '_>, sink: &mut Sink<'_, '_>) -> Reading {
        loop {
            if self.high.is_none() && self.row(input, sink) == Reading::Done {
                return Reading::Done;
            }
            let Some(byte) = input.peek() else { break };
            let at = input.at;
            if let Some(digit) = char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()) {
                input.at += 1;
                self.between = 0;
                let Some((high, start)) = self.high.take() else {
                    self.high = Some((digit, at));
                    continue;
                };
                let whole = high << 4 | digit;
                if is_printable(whole) {
                    self.any = true;
                    let shape = if at == start + 1 {
                        Shape::Every { step: 2, len: 2 }
                    } else {
                        Shape::Whole(at + 1 - start)
                    };
                    if sink.put(&[whole], start, shape) == Reading::Done {
                        return Reading::Done;
                    }
                } else if self.any {
                    return Reading::Done;
                }
                continue;
            }
            let prefix = matches!(byte, b'x' | b'X') && matches!(self.high, Some((0, _)) | None);
            self.between += 1;
            if !(prefix || is_between(byte))
                || self.between > MAX_BETWEEN
                || (self.high.is_some() && self.any && !prefix)
            {
                return Reading::Done;
            }
            self.high = None;
            input.at += 1;
        }
        if input.last { Reading::Done } else { Reading::More }
    }

    /// Reads many bytes at once that are one after the other, or each after one space or colon, as far as they are printable.
    fn row(&mut self, input: &mut Input<'_, '_>, sink: &mut Sink<'_, '_>) -> Reading {
        loop {
            let (start, bytes) = (input.at, input.bytes());
            let step = if bytes.get(2).is_some_and(|byte| matches!(byte, b' ' | b':')) { 3 } else { 2 };
            let mut decoded = [0; ROW];
            let mut len = 0;
            for (slot, group) in decoded.iter_mut().zip(bytes.chunks_exact(step)) {
                let [high, low, between @ ..] = group else { break };
                let (high, low) = (NIBBLES[usize::from(*high)], NIBBLES[usize::from(*low)]);
                let apart = between.iter().all(|byte| matches!(byte, b' ' | b':'));
                let whole = high << 4 | low;
                if (high | low) & 0x80 != 0 || !apart || !is_printable(whole) {
                    break;
                }
                *slot = whole;
                len += 1;
            }
            if len < 2 {
                return Reading::More;
            }
            self.any = true;
            self.between = step - 2;
            input.at += step * len;
            let decoded = decoded.get(..len).unwrap_or_default();
            if sink.put(decoded, start, Shape::Every { step, len: 2 }) == Reading::Done {
                return Reading::Done;
            }
        }
    }
}

/// So many bytes are read at once.
const ROW: usize = 64;
