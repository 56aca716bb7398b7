//! `name = "value"`, in the syntaxes of programs, of settings and of sentences.

use super::class::{ALNUM, ALPHA, Class, DIGIT, URL64, WORD, is_placeholder, is_random};
use super::contexts::Named;

/// How much of a name may follow what was recognised of it.
const REST_OF_NAME: usize = 32;
/// Longer values are cut here.
const VALUE_MAX: usize = 512;
/// Less would be a word: bits a byte. Keys of 32 hexadecimal digits have 3.5 or more nearly always.
const KEY_ENTROPY: f32 = 3.0;
const PASSWORD_ENTROPY: f32 = 2.5;

/// Names that go on like this are about a secret, and not for one.
const ABOUT: [&str; 27] = [
    "name",
    "id",
    "ids",
    "type",
    "url",
    "uri",
    "file",
    "path",
    "length",
    "len",
    "size",
    "count",
    "version",
    "expir",
    "endpoint",
    "policy",
    "arn",
    "hash",
    "limit",
    "usage",
    "reset",
    "field",
    "label",
    "format",
    "header",
    "algorithm",
    "provider",
];
/// Names that start like this are of something that is no secret.
const HARMLESS: [&str; 14] = [
    "public",
    "csrf",
    "xsrf",
    "max",
    "num",
    "next",
    "page",
    "continuation",
    "sort",
    "count",
    "foreign",
    "primary",
    "example",
    "authenticity",
];

/// Where a value stands, and whether quotes close it.
#[derive(Clone, Copy)]
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether quotes close it, after `=`.
    pub(super) literal: bool,
}

/// The value assigned to the name of which something stands from `start` to `end`.
pub(super) fn value(bytes: &[u8], start: usize, end: usize) -> Option<Value> {
    let rest = bytes.get(end..bytes.len().min(end + REST_OF_NAME + 16 + VALUE_MAX))?;
    let name = const { WORD.and(".-") }.run(rest, REST_OF_NAME);
    let about = rest.get(..name)?;
    let mut at = name;
    at += const { Class::of("'\"`\\]) \t") }.run(rest.get(at..)?, 6);
    // `<add key="Password" value="…" />`
    at += if rest.get(at..)?.starts_with(b"value") { 5 } else { 0 };
    let owned = rest.get(..at)?.ends_with(b"'") && rest.get(at..)?.starts_with(b"s ");
    let sign = if owned { 2 } else { operator(rest.get(at..)?)? };
    let equals = rest.get(at..at + sign) == Some(b"=");
    let bare = if owned || (sign == 3 && rest.get(at + 2) == Some(&b' ')) { spoken } else { bare };
    at += sign;
    at += const { Class::of(" \t=>") }.run(rest.get(at..)?, 6);
    at += const { Class::of("\\") }.run(rest.get(at..)?, 2);
    let quote = rest.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    at += usize::from(quote.is_some());
    let tail = rest.get(at..)?;
    let len = match quote {
        Some(quote) => {
            let closed = tail.iter().position(|byte| *byte == quote || byte.is_ascii_whitespace());
            closed.filter(|closed| tail.get(*closed) == Some(&quote)).unwrap_or_else(|| bare(tail))
        }
        None => bare(tail),
    };
    let len = if len > 0 && tail.get(len - 1) == Some(&b'\\') { len - 1 } else { len };
    let named = len > 0 && !is_about(about) && !is_harmless(bytes, start);
    named.then_some(Value { start: end + at, end: end + at + len, literal: equals && quote.is_some() })
}

/// Whether the name whose recognised part starts at `start` starts as that of no secret.
fn is_harmless(bytes: &[u8], start: usize) -> bool {
    let lead = bytes.get(start.saturating_sub(16)..start).unwrap_or_default();
    let len = lead.iter().rev().take_while(|byte| const { WORD.and("-") }.has(**byte)).count();
    let lead = lead.get(lead.len() - len..).unwrap_or_default();
    len > 0 && HARMLESS.iter().any(|word| contains(lead, word))
}

/// In a sentence a value ends at a space, and what ends the sentence is no part of it.
fn spoken(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|byte| !byte.is_ascii_graphic()).unwrap_or(bytes.len());
    let value = bytes.get(..end).unwrap_or_default();
    end - value.iter().rev().take_while(|byte| b".,;:?\"')]>".contains(byte)).count()
}

fn bare(bytes: &[u8]) -> usize {
    let stop = |byte: &u8| !byte.is_ascii_graphic() || b"'\"`;,<>()[]{}|&\\".contains(byte);
    bytes.iter().position(stop).unwrap_or(bytes.len())
}

/// How long the sign of assignment is.
fn operator(bytes: &[u8]) -> Option<usize> {
    const SIGNS: [&[u8]; 13] =
        [b":::=", b"::=", b":=", b"=>", b"->", b"?=", b"||", b"|", b"==", b"=", b":", b">", b","];
    if let Some(sign) = SIGNS.iter().find(|sign| bytes.starts_with(sign)) {
        return Some(sign.len());
    }
    bytes.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"is ")).then_some(3)
}

/// Whether the value is one that the named service gives.
pub(super) fn is_of(named: &Named, bytes: &[u8], at: usize) -> Option<usize> {
    let longest = named.lens.iter().map(|(_, most)| *most).max()?;
    let run = named.class.run(bytes.get(at..)?, longest + 1);
    let fits = named.lens.iter().any(|(least, most)| (*least..=*most).contains(&run));
    let value = bytes.get(at..at + run)?;
    let closes =
        !bytes.get(at + run).is_some_and(|byte| const { ALNUM.and("_.") }.has(*byte) && run > longest)
            && !bytes.get(at + run).is_some_and(|byte| ALNUM.has(*byte));
    let random = is_random(value, 2.5)
        && value.iter().any(|byte| DIGIT.has(*byte) || *byte == b':')
        && !is_placeholder(value);
    (fits && closes && random).then_some(at + run)
}

/// Whether the value is a key that somebody drew at random.
pub(super) fn is_key(value: &[u8]) -> bool {
    let shaped = (10..=VALUE_MAX).contains(&value.len())
        && value.iter().all(|byte| const { URL64.and(".=+/~:") }.has(*byte));
    let mixed = value.iter().any(|byte| DIGIT.has(*byte)) && value.iter().any(|byte| ALPHA.has(*byte));
    // Versions, hosts, paths and identifiers of words hold few digits.
    let digits = value.iter().filter(|byte| DIGIT.has(**byte)).count();
    let wordy = digits * 12 < value.len()
        && value.iter().any(|byte| matches!(byte, b'.' | b'_' | b'-' | b'/' | b':'));
    let least = if value.len() >= 16 { KEY_ENTROPY + 0.2 } else { KEY_ENTROPY };
    shaped && mixed && !wordy && !value.starts_with(b"/") && is_random(value, least) && !is_placeholder(value)
}

/// Whether the value is a key, or a passphrase as hard to guess as one.
pub(super) fn is_key_or_phrase(value: &[u8]) -> bool {
    let holds = |member: fn(&u8) -> bool| value.iter().any(member);
    let mixed = holds(u8::is_ascii_digit) && holds(u8::is_ascii_lowercase) && holds(u8::is_ascii_uppercase);
    is_key(value) || (value.len() >= 12 && mixed && is_random(value, 3.5) && is_password(value))
}

/// Whether a text that a program or a file of settings gives as a password is one, though it be of letters alone.
pub(super) fn is_literal_password(value: &[u8]) -> bool {
    const WORDS: [&str; 8] = [
        "password",
        "passwort",
        "required",
        "undefined",
        "username",
        "disabled",
        "current-password",
        "new-password",
    ];
    let letters = value.iter().all(|byte| const { ALPHA.and("-_") }.has(*byte));
    let word = WORDS.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()));
    let drawn = (8..=20).contains(&value.len()) && is_random(value, PASSWORD_ENTROPY);
    is_password(value) || (letters && !word && drawn && !is_placeholder(value))
}

/// Whether the value is a password that somebody uses.
pub(super) fn is_password(value: &[u8]) -> bool {
    let telling = value.iter().any(|byte| !const { ALPHA.and("_-.") }.has(*byte))
        && value.iter().any(|byte| ALPHA.has(*byte));
    let variable = matches!(value.first(), Some(b'$' | b'%' | b'{' | b'<' | b'/'))
        || contains(value, "${")
        || contains(value, "{{");
    (8..=128).contains(&value.len())
        && telling
        && !variable
        && !value.contains(&b'(')
        && is_random(value, PASSWORD_ENTROPY)
        && !is_placeholder(value)
}

fn is_about(rest: &[u8]) -> bool {
    let rest = rest.strip_prefix(b"s").unwrap_or(rest);
    let mut rest = rest;
    while let Some((b'_' | b'-' | b'.', tail)) = rest.split_first() {
        rest = tail;
    }
    ABOUT.iter().any(|word| {
        let tail = rest.get(word.len()..);
        let starts = rest.get(..word.len()).is_some_and(|lead| lead.eq_ignore_ascii_case(word.as_bytes()));
        let ends = rest.len() >= word.len()
            && rest
                .get(rest.len() - word.len()..)
                .is_some_and(|end| end.eq_ignore_ascii_case(word.as_bytes()));
        // `identity` does not go on with `id`.
        let whole =
            tail.is_some_and(|tail| !tail.first().is_some_and(u8::is_ascii_lowercase)) || word.len() > 4;
        (starts && whole)
            || (ends && word.len() > 2)
            || (ends
                && rest.len() > 2
                && rest
                    .get(rest.len() - 3..)
                    .is_some_and(|end| matches!(end, [b'a'..=b'z' | b'_' | b'-', b'I' | b'i', b'd' | b'D']))
                && matches!(rest.get(rest.len() - 2), Some(b'I')))
    })
}

pub(super) fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}
