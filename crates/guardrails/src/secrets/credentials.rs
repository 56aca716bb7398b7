//! Names and passwords together: in addresses, in headers, on command lines.

use super::class::{ALNUM, ALPHA, Class, DIGIT, is_placeholder, is_random};

/// RFC 3986 leaves it open; longer ones are no passwords.
const PART_MAX: usize = 256;

/// Bits a byte of what an explicit header gives: less would be a word.
const HEADER_ENTROPY: f32 = 2.75;

/// Where the name and the password of the address whose `://` ends at `at` stand.
pub(super) fn in_address(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(at..bytes.len().min(at + 2 * PART_MAX))?;
    let end = rest.iter().position(|byte| {
        !byte.is_ascii_graphic() || matches!(byte, b'/' | b'?' | b'#' | b'@' | b'"' | b'\'' | b'<' | b'>')
    })?;
    let userinfo = rest.get(..end)?;
    let colon = userinfo.iter().position(|byte| *byte == b':')?;
    let password = userinfo.get(colon + 1..)?;
    let host = rest.get(end + 1).is_some_and(|byte| const { ALNUM.and("[") }.has(*byte));
    (rest.get(end) == Some(&b'@') && host && is_used(password)).then_some((at, at + end))
}

/// Where the credentials that follow `authorization` stand: a scheme of RFC 7617 or RFC 6750, one of the others in use, or none.
pub(super) fn in_header(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(at..bytes.len().min(at + 4096))?;
    let mut place = const { Class::of("'\"\\ \t") }.run(rest, 4);
    place += const { Class::of(":=,") }.run(rest.get(place..)?, 2).checked_sub(1)? + 1;
    place += const { Class::of("'\"\\ \t") }.run(rest.get(place..)?, 5);
    const SCHEMES: [&str; 8] = ["bearer", "basic", "token", "apikey", "api-key", "key", "digest", "jwt"];
    let word = const { ALPHA.and("-") }.run(rest.get(place..)?, 12);
    let scheme = rest.get(place..place + word)?;
    let gap = const { Class::of(" \t:=") }.run(rest.get(place + word..)?, 3);
    let known = SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known.as_bytes()));
    if gap > 0 && (known || ALNUM.has(*rest.get(place + word + gap)?)) {
        place += word + gap;
    }
    let tail = rest.get(place..)?;
    let len = const { ALNUM.and("-._~+/=:") }.run(tail, tail.len());
    let value = tail.get(..len)?;
    let closes = !tail.get(len).is_some_and(|byte| matches!(byte, b'$' | b'{' | b'(' | b'<'));
    let turns = value.windows(2).filter(|pair| matches!(pair, [b'a'..=b'z', b'A'..=b'Z'])).count();
    let telling = value.iter().any(|byte| DIGIT.has(*byte)) || len >= 40 || turns >= 3;
    let random = len >= 12 && is_random(value, 3.0) && telling && !is_placeholder(value);
    (random && closes).then_some((at + place, at + place + len))
}

/// Where the name and the password after `-u` or `--user` stand.
pub(super) fn on_command_line(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(at..bytes.len().min(at + 2 * PART_MAX))?;
    let start = const { Class::of(" \t=") }.run(rest, 5);
    let quote = |at: usize| rest.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let (name_at, name_end, colon) = match quote(start) {
        Some(open) => {
            let close = start + 1 + rest.get(start + 1..)?.iter().position(|byte| *byte == open)?;
            let inside = rest.get(start + 1..close)?;
            match inside.iter().position(|byte| *byte == b':') {
                Some(colon) => return whole(at, start + 1, close, inside, colon),
                None => (start + 1, close, close + 1),
            }
        }
        None => {
            let len = rest
                .get(start..)?
                .iter()
                .take_while(|byte| byte.is_ascii_graphic() && !b":'\"".contains(byte))
                .count();
            (start, start + len, start + len)
        }
    };
    if rest.get(colon) != Some(&b':') || is_variable(rest.get(name_at..name_end)?) {
        return None;
    }
    let (from, to) = match quote(colon + 1) {
        Some(open) => {
            let from = colon + 2;
            (from, from + rest.get(from..)?.iter().position(|byte| *byte == open)?)
        }
        None => {
            let from = colon + 1;
            (from, from + rest.get(from..)?.iter().take_while(|byte| byte.is_ascii_graphic()).count())
        }
    };
    is_used(rest.get(from..to)?).then_some((at + name_at, at + to))
}

fn whole(at: usize, from: usize, to: usize, inside: &[u8], colon: usize) -> Option<(usize, usize)> {
    let (name, password) = (inside.get(..colon)?, inside.get(colon + 1..)?);
    // An API key stands on either side of the colon.
    let used = match (name, password) {
        (key, []) => is_used(key),
        (name, password) => !is_variable(name) && is_used(password),
    };
    let plain = inside.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    (used && plain).then_some((at + from, at + to))
}

/// Where the value of the header after `-H` or `--header` stands, if it is one of those that let somebody in.
pub(super) fn in_option(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(at..bytes.len().min(at + 2 * PART_MAX))?;
    let start = const { Class::of(" \t='\"") }.run(rest, 6);
    let name = const { ALNUM.and("-_") }.run(rest.get(start..)?, 64);
    const NAMES: [&[u8]; 5] = [b"authorization", b"key", b"token", b"secret", b"auth"];
    let written = rest.get(start..start + name)?;
    let tail = |end: &[u8]| written.get(written.len().saturating_sub(end.len())..);
    let admits = NAMES.iter().any(|end| tail(end).is_some_and(|tail| tail.eq_ignore_ascii_case(end)));
    if !admits || rest.get(start + name) != Some(&b':') {
        return None;
    }
    let mut from = start + name + 1;
    from += const { Class::of(" \t") }.run(rest.get(from..)?, 5);
    let scheme = const { ALPHA.and("-") }.run(rest.get(from..)?, 12);
    if rest.get(from + scheme) == Some(&b' ') {
        from += scheme + 1;
    }
    let value = const { ALNUM.and("_=~@.+/-") }.run(rest.get(from..)?, PART_MAX);
    let word = rest.get(from..from + value)?;
    let closes =
        rest.get(from + value).is_none_or(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b' ' | b'\n'));
    let random = value >= 8 && is_random(word, HEADER_ENTROPY) && !is_placeholder(word);
    (random && closes && !word.iter().all(u8::is_ascii_lowercase)).then_some((at + from, at + from + value))
}

/// Whether it is a password, and not a word in the place of one.
fn is_used(password: &[u8]) -> bool {
    const WORDS: [&str; 16] = [
        "password",
        "passwd",
        "pass",
        "pwd",
        "secret",
        "token",
        "test",
        "user",
        "username",
        "changeit",
        "changeme",
        "pw",
        "key",
        "api_key",
        "apikey",
        "x-oauth-basic",
    ];
    let word = WORDS.iter().any(|word| password.eq_ignore_ascii_case(word.as_bytes()));
    let stars = password.iter().all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.'));
    password.len() >= 3 && !word && !stars && !is_variable(password) && !is_placeholder(password)
}

fn is_variable(text: &[u8]) -> bool {
    let closed = matches!(
        (text.first(), text.last()),
        (Some(b'<'), Some(b'>')) | (Some(b'['), Some(b']')) | (Some(b'%'), Some(b'%'))
    );
    closed
        || matches!(text, [b'$', ..] | [b'{', b'{', ..])
        || text.windows(2).any(|pair| pair == b"${" || pair == b"$(")
}
