//! Passwords as people make them: of any characters but white space.

use super::assignment;
use super::class::{ALPHA, Class, WORD, is_placeholder, is_random};

/// Longer ones are cut here.
const MAX: usize = 256;
/// A quoted one with spaces is no longer: what is, is a sentence. A guard over a stream has to see its end.
const PHRASE_MAX: usize = 40;
const ENTROPY: f32 = 2.75;

/// Where the password that starts at `start` ends: at white space, at the quote that closes it, or where the next setting starts.
pub(super) fn end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..bytes.len().min(start + MAX)).unwrap_or_default();
    let stops = |(at, byte): (usize, &u8)| match byte {
        b'"' | b'\'' | b'`' => !rest.get(at + 1).is_some_and(|after| after.is_ascii_alphanumeric()),
        b'&' | b';' | b',' => begins_setting(rest.get(at + 1..).unwrap_or_default()),
        b'\\' => true,
        // Of the marks of CJK, which no keyboard has where passwords are made.
        0xe3 => rest.get(at + 1) == Some(&0x80),
        byte => !byte.is_ascii_graphic() && *byte < 0x80,
    };
    let len = rest.iter().enumerate().position(|(at, byte)| stops((at, byte))).unwrap_or(rest.len());
    let value = rest.get(..len).unwrap_or_default();
    let closing = value.iter().rev().take_while(|byte| b".,;:?\"'`)]}>".contains(byte)).count();
    // Not in the middle of a character.
    let cut = (0..=len - closing).rev().find(|cut| rest.get(*cut).is_none_or(|byte| byte & 0xc0 != 0x80));
    start + cut.unwrap_or_default()
}

/// Whether `rest` is `name=` or `name:`, with which another value begins.
fn begins_setting(rest: &[u8]) -> bool {
    let name = const { WORD.and(" -\"'") }.run(rest, 32);
    rest.first().is_some_and(|byte| const { ALPHA.and(" \"'_") }.has(*byte))
        && matches!(rest.get(name), Some(b'=' | b':'))
}

/// Where the password stands that nothing but its letters, digits and signs tells from a word or from code: with spaces between quotes, on the
/// line after its name, after an option, with signs inside that end other values. `value` is where it starts if something is assigned.
pub(super) fn odd(
    bytes: &[u8],
    start: usize,
    name_end: usize,
    value: Option<usize>,
) -> Option<(usize, usize)> {
    let at = match value {
        Some(at) => at,
        None => {
            let rest = bytes.get(name_end..bytes.len().min(name_end + 40))?;
            let option = start.checked_sub(2).and_then(|at| bytes.get(at..start)) == Some(b"--".as_slice());
            let blank = const { Class::of(" \t\r\n") };
            let colon = usize::from(rest.first() == Some(&b':'));
            let gap = blank.run(rest.get(colon..)?, 16);
            if gap == 0 || (colon == 0 && !option) {
                return None;
            }
            name_end + colon + gap
        }
    };
    let rest = bytes.get(at..)?;
    let quote =
        at.checked_sub(1).and_then(|at| bytes.get(at)).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let line = rest.get(..rest.len().min(PHRASE_MAX + 1))?;
    let closes = |byte: &u8| Some(byte) == quote || matches!(byte, b'\n' | b'\r');
    let phrase = line.iter().position(closes).filter(|len| line.get(*len) == quote);
    let stop = match phrase {
        Some(len) if quote.is_some() => at + len,
        _ => end(bytes, at),
    };
    is_strong(bytes.get(at..stop)?).then_some((at, stop))
}

/// Whether letters of both cases and digits are mixed in it as in no word, and nothing calls a function.
fn is_strong(value: &[u8]) -> bool {
    let holds = |member: fn(&u8) -> bool| value.iter().any(member);
    let mixed = holds(u8::is_ascii_lowercase)
        && holds(u8::is_ascii_uppercase)
        && value
            .windows(2)
            .any(|pair| matches!(pair, [one, two] if one.is_ascii_digit() && two.is_ascii_alphabetic()));
    let code = ["(", "[", "{", "$", "->", "::", "://"].iter().any(|sign| assignment::contains(value, sign))
        || (value.contains(&b'<') && value.contains(&b'>'));
    (8..=128).contains(&value.len()) && mixed && !code && is_random(value, ENTROPY) && !is_placeholder(value)
}
