//! The values in a Secret of Kubernetes: base64 is no encryption.

use super::class::{BASE64, is_placeholder, is_random};
use super::quiet;
use crate::Span;

/// How far before and after `kind: Secret` its data are looked for.
const BEFORE: usize = 2048;
const AFTER: usize = 8192;

/// Adds the values under `data:` around the `kind:` that stands from `start` to `end`, if it is that of a Secret, and says how far
/// was read; nothing before `floor` is read again.
pub(super) fn secret(
    bytes: &[u8],
    start: usize,
    end: usize,
    floor: usize,
    values: &mut Vec<Span>,
) -> Option<usize> {
    let rest = bytes.get(end..)?;
    let word = rest.iter().take(4).take_while(|byte| matches!(byte, b' ' | b'"' | b'\'')).count();
    let kind = rest.get(word..word + 6)?;
    if !kind.eq_ignore_ascii_case(b"secret") || rest.get(word + 6).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let from = floor.max(start.saturating_sub(BEFORE)).min(start);
    let from = from + quiet::last(bytes.get(from..start)?).unwrap_or_default();
    let to = bytes.len().min(end + AFTER);
    let to = quiet::first(bytes.get(end..to)?).map_or(to, |quiet| end + quiet);
    let (mut at, mut inside) = (from, None);
    for line in bytes.get(from..to)?.split_inclusive(|byte| *byte == b'\n') {
        let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let text = line.get(indent..).unwrap_or_default().trim_ascii_end();
        match inside {
            _ if matches!(text, b"data:" | b"stringData:") => inside = Some((indent, text == b"data:")),
            Some((outer, _)) if indent <= outer && !text.is_empty() => inside = None,
            Some((_, encoded)) => value(at + indent, text, encoded, values),
            None => {}
        }
        at += line.len();
    }
    Some(to)
}

/// The value of one line: behind its key, or the line itself in a block.
fn value(at: usize, line: &[u8], encoded: bool, values: &mut Vec<Span>) {
    let colon = line.iter().position(|byte| *byte == b':').map_or(0, |colon| colon + 1);
    let tail = line.get(colon..).unwrap_or_default();
    let lead = tail.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'"' | b'\'')).count();
    let value = tail.get(lead..).unwrap_or_default();
    let value = value.strip_suffix(b"\"").or_else(|| value.strip_suffix(b"'")).unwrap_or(value);
    let shaped = if encoded {
        let whole = value.len() >= 8 && value.len().is_multiple_of(4);
        (whole || value.len() >= 10) && value.iter().all(|byte| BASE64.has(*byte))
    } else {
        value.len() >= 6 && value.iter().all(u8::is_ascii_graphic) && !matches!(value, [b'$' | b'{', ..])
    };
    if shaped && is_random(value, 2.5) && !is_placeholder(value) && !line.starts_with(b"#") {
        values.push(Span::new(at + colon + lead, at + colon + lead + value.len()));
    }
}
