//! Bytes in hexadecimal: in one word, or one by one with what people put between them.

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
        while let Some(byte) = input.peek() {
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
                    let shape = if at == start + 1 { Shape::Pairs } else { Shape::Whole(at + 1 - start) };
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
}
