//! The octal escapes with which the kernel keeps blanks out of fields.

/// Undoes `\040`, `\011`, `\012`, `\134`, `\043`, and any other escape of three octal digits up to `\377`. A backslash without such
/// digits stands for itself, as the kernel writes it in options that it does not escape.
pub(super) fn unescape(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&first, tail)) = rest.split_first() {
        match (first, tail) {
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..]) => {
                plain.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
                rest = after;
            }
            _ => {
                plain.push(first);
                rest = tail;
            }
        }
    }
    plain
}
