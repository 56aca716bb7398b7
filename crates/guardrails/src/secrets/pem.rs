//! Private keys as PEM (RFC 7468) and ASCII armour (RFC 9580).

use super::class::BASE64;

/// An RSA key of 16,384 bits takes 13 KB.
const MAX: usize = 16 * 1024;
/// A header of RFC 7468 has no more.
const LABEL_MAX: usize = 80;

/// Where the key whose `-----BEGIN` ends at `at` ends: at its last line, or, if that is missing, where what may be of it ends. A
/// heading without a key under it is none.
pub(super) fn private_key(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..bytes.len().min(at + MAX))?;
    let label = rest.iter().take(LABEL_MAX).position(|byte| *byte == b'-')?;
    let name = rest.get(..label)?;
    let private = name.windows(11).any(|part| part.eq_ignore_ascii_case(b"PRIVATE KEY"));
    if !private || !rest.get(label..)?.starts_with(b"-----") {
        return None;
    }
    let from = label + 5;
    // Line ends may be written `\n`, and the headers of old keys hold colons and commas.
    let is_part = |byte: &u8| const { BASE64.and(" \t\r\n\\\"',:.-()_") }.has(*byte);
    let len = rest.get(from..)?.iter().take_while(|byte| is_part(byte)).count();
    let body = rest.get(from..from + len)?;
    let end = body.windows(8).position(|part| part == b"-----END");
    let inside = body.get(..end.unwrap_or(len))?;
    if inside.iter().filter(|byte| BASE64.has(**byte)).count() < 40 {
        return None;
    }
    let end = end.and_then(|end| {
        let after = body.get(end + 8..)?;
        let dashes = after.windows(5).position(|part| part == b"-----")?;
        Some(end + 8 + dashes + 5)
    });
    Some(at + from + end.unwrap_or(len))
}
