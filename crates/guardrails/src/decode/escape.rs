//! Characters written as escapes among others: URLs (RFC 3986), HTML, and the `\x`, `\u`, octal of programming languages.

use super::entity::named;
use super::origins::Shape;
use super::slot::{Input, Reading, Sink};

/// No escape is longer.
const LONGEST: usize = 16;
/// So many bytes without an escape end it: the words between two belong to it.
const MAX_LITERAL: usize = 32;

/// What is half read.
#[derive(Debug, Default)]
pub(super) struct Escapes {
    literal: usize,
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// An escape of so many bytes.
    Escape(char, usize),
    /// No escape.
    Literal,
    /// Too little is there to tell.
    Wait,
}

impl Escapes {
    pub(super) fn read(&mut self, input: &mut Input<'_, '_>, sink: &mut Sink<'_, '_>) -> Reading {
        while input.peek().is_some() {
            let literal = literal(input.bytes(), MAX_LITERAL - self.literal);
            if literal > 0 {
                let (from, bytes) = (input.at, input.bytes().get(..literal).unwrap_or_default());
                let reading = sink.put(bytes, from, Shape::Same);
                input.at += literal;
                self.literal += literal;
                if reading == Reading::Done {
                    return Reading::Done;
                }
                continue;
            }
            let row = row(input.bytes());
            let octets = row.0.get(..row.1).unwrap_or_default();
            if !octets.is_empty() {
                let from = input.at;
                self.literal = 0;
                input.at += 3 * octets.len();
                if sink.put(octets, from, Shape::Every { step: 3, len: 3 }) == Reading::Done {
                    return Reading::Done;
                }
                continue;
            }
            let (c, len) = match unit(input) {
                Unit::Wait => return Reading::More,
                Unit::Escape(c, len) => {
                    self.literal = 0;
                    sink.escape();
                    (if c.is_control() { ' ' } else { c }, len)
                }
                Unit::Literal => {
                    let Some(c) = input.char() else { return Reading::Done };
                    self.literal += c.len_utf8();
                    (c, c.len_utf8())
                }
            };
            if self.literal > MAX_LITERAL {
                return Reading::Done;
            }
            let (mut utf8, at) = ([0; 4], input.at);
            let bytes = c.encode_utf8(&mut utf8).as_bytes();
            let shape = if bytes.len() == len { Shape::Same } else { Shape::Whole(len) };
            input.at += len;
            if sink.put(bytes, at, shape) == Reading::Done {
                return Reading::Done;
            }
        }
        if input.last { Reading::Done } else { Reading::More }
    }
}

/// How many bytes, `most` at the most, begin no escape and are ASCII.
fn literal(bytes: &[u8], most: usize) -> usize {
    let plain = |byte: &&u8| byte.is_ascii() && !matches!(byte, b'%' | b'&' | b'\\');
    bytes.iter().take(most).take_while(plain).count()
}

/// So many escapes are read at once.
const ROW: usize = 32;

/// The octets of percent escapes one after the other, as far as they are printable ASCII; nothing of less than two.
fn row(bytes: &[u8]) -> ([u8; ROW], usize) {
    let mut octets = [0; ROW];
    let mut len = 0;
    for (slot, [sign, high, low]) in octets.iter_mut().zip(bytes.as_chunks::<3>().0) {
        let (high, low) = (NIBBLES[usize::from(*high)], NIBBLES[usize::from(*low)]);
        let octet = high << 4 | low;
        if *sign != b'%' || (high | low) & 0x80 != 0 || !matches!(octet, b' '..=b'~') {
            break;
        }
        *slot = octet;
        len += 1;
    }
    (octets, if len < 2 { 0 } else { len })
}

/// What stands where `input` is.
pub(super) fn unit(input: &Input<'_, '_>) -> Unit {
    let bytes = input.bytes();
    match bytes {
        [b'%', high, low, ..] => {
            // The most common of all.
            let octet = NIBBLES[usize::from(*high)] << 4 | NIBBLES[usize::from(*low)];
            if (NIBBLES[usize::from(*high)] | NIBBLES[usize::from(*low)]) & 0x80 == 0 && octet.is_ascii() {
                return Unit::Escape(char::from(octet), 3);
            }
        }
        [b'%' | b'&' | b'\\', ..] => {}
        _ => return Unit::Literal,
    }
    if bytes.len() < LONGEST && !input.last {
        return Unit::Wait;
    }
    let bytes = bytes.get(..LONGEST).unwrap_or(bytes);
    match parse(bytes) {
        Some((c, len)) => Unit::Escape(c, len),
        None => Unit::Literal,
    }
}

/// What each hexadecimal digit is; of anything else, the highest bit.
pub(super) const NIBBLES: [u8; 256] = {
    let mut table = [0x80; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if let Some(digit) = (byte as char).to_digit(16) {
            table[byte as usize] = digit as u8;
        }
        byte += 1;
    }
    table
};

fn parse(bytes: &[u8]) -> Option<(char, usize)> {
    match bytes {
        [b'%', b'u' | b'U', rest @ ..] => fixed(rest, 4, 2),
        [b'%', ..] => percent(bytes),
        [b'\\', b'x' | b'X', b'{', rest @ ..] | [b'\\', b'u' | b'U', b'{', rest @ ..] => {
            let len = rest.iter().take(8).take_while(|byte| byte.is_ascii_hexdigit()).count();
            (rest.get(len) == Some(&b'}')).then(|| fixed(rest, len, 4))?
        }
        [b'\\', b'x' | b'X', rest @ ..] => fixed(rest, 2, 2),
        [b'\\', b'u', rest @ ..] => fixed(rest, 4, 2),
        [b'\\', b'U', rest @ ..] => fixed(rest, 8, 2),
        [b'\\', b'n' | b't' | b'r', ..] => Some((' ', 2)),
        [b'\\', rest @ ..] => {
            let octal = rest.get(..3)?;
            let code = number(octal, 8)?;
            Some((char::from_u32(code).filter(char::is_ascii)?, 4))
        }
        [b'&', b'#', b'x' | b'X', rest @ ..] => reference(rest, 16, 3),
        [b'&', b'#', rest @ ..] => reference(rest, 10, 2),
        [b'&', rest @ ..] => {
            let len = rest.iter().position(|byte| *byte == b';')?;
            named(rest.get(..len)?).map(|c| (c, len + 2))
        }
        _ => None,
    }
}

/// `len` hexadecimal digits after `before` bytes; with the brace that closes them, if there was one.
fn fixed(rest: &[u8], len: usize, before: usize) -> Option<(char, usize)> {
    let code = number(rest.get(..len)?, 16)?;
    let closing = usize::from(before == 4);
    // The halves of a surrogate pair are no characters; nothing that a term has is written so.
    let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some((c, if closing == 1 { 3 + len + 1 } else { before + len }))
}

fn reference(rest: &[u8], radix: u32, before: usize) -> Option<(char, usize)> {
    let len = rest.iter().take(8).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let c = char::from_u32(number(rest.get(..len)?, radix)?)?;
    Some((c, before + len + usize::from(rest.get(len) == Some(&b';'))))
}

/// A character of one to four octets, each with its `%`.
fn percent(bytes: &[u8]) -> Option<(char, usize)> {
    let octet = |nth: usize| -> Option<u8> {
        let digits = bytes.get(3 * nth..3 * nth + 3)?.strip_prefix(b"%")?;
        u8::try_from(number(digits, 16)?).ok()
    };
    let first = octet(0)?;
    if first.is_ascii() {
        return Some((char::from(first), 3));
    }
    let octets: Vec<u8> = (0..4).map_while(octet).collect();
    let text = octets.utf8_chunks().next()?.valid();
    let c = text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
    Some((c, 3 * if text.is_empty() { 1 } else { c.len_utf8() }))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |number, digit| {
        number.checked_mul(radix)?.checked_add(char::from(*digit).to_digit(radix)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_all_kinds() {
        for (text, c) in [
            ("%69", 'i'),
            ("%u0069", 'i'),
            ("%C3%A9", 'é'),
            ("%F0%9F%98%80", '😀'),
            ("\\x69", 'i'),
            ("\\u0069", 'i'),
            ("\\u{69}", 'i'),
            ("\\x{1f600}", '😀'),
            ("\\U00000069", 'i'),
            ("\\151", 'i'),
            ("&#105;", 'i'),
            ("&#x69;", 'i'),
            ("&#x0000069;", 'i'),
            ("&iacute;", 'i'),
            ("&ifr;", 'i'),
            ("&nbsp;", ' '),
        ] {
            assert_eq!(parse(text.as_bytes()), Some((c, text.len())), "{text}");
        }
    }

    #[test]
    fn truncation_what_is_cut_off_is_no_escape() {
        for text in
            ["%", "%6", "%zz", "\\", "\\x6", "\\u006", "\\u{69", "&", "&#", "&#x", "&i", "&unknown;", "\\8"]
        {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse(b"%C3"), Some((char::REPLACEMENT_CHARACTER, 3)));
        assert_eq!(parse(b"&#105"), Some(('i', 5)));
    }
}
