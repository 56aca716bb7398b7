//! Private keys as PEM (RFC 7468) and ASCII armour (RFC 9580).

use super::class::BASE64;

/// A header of RFC 7468 has no more.
const LABEL_MAX: usize = 80;

/// Where the key whose `-----BEGIN` ends at `at` ends: at its last line, or, if that is missing, where what may be of it ends. A
/// heading without a key under it is none.
pub(super) fn private_key(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let label = rest.iter().take(LABEL_MAX).position(|byte| *byte == b'-')?;
    let name = rest.get(..label)?;
    let private = name.windows(11).any(|part| part.eq_ignore_ascii_case(b"PRIVATE KEY"));
    if !private || !rest.get(label..)?.starts_with(b"-----") {
        return None;
    }
    let from = label + 5;
    // Line ends may be written `\n`, the headers of old keys hold colons and commas, and lines begin with what quotes them.
    let is_part = |byte: &u8| const { BASE64.and(" \t\r\n\\\"',:.-()_<>|*#") }.has(*byte);
    let body = rest.get(from..)?;
    let is_end = |place: usize| body.get(place..).is_some_and(|tail| tail.starts_with(b"-----END"));
    let over = |(place, byte): (usize, &u8)| !is_part(byte) || (*byte == b'-' && is_end(place));
    let len = body.iter().enumerate().position(|(place, byte)| over((place, byte))).unwrap_or(body.len());
    let inside = body.get(..len)?;
    if inside.iter().filter(|byte| BASE64.has(**byte)).count() < 40 {
        return None;
    }
    let last = if is_end(len) { 8 } else { 0 };
    let tail = body.get(len + last..)?;
    let line = tail.iter().take(LABEL_MAX).take_while(|byte| is_part(byte)).count();
    let dashes =
        tail.get(..line)?.windows(5).position(|part| part == b"-----").map_or(0, |dashes| dashes + 5);
    Some(at + from + len + if last > 0 { last + dashes } else { 0 })
}
