//! The tokens of a vault: `[EMAIL:k3v9x0tq:12]`.
//!
//! Brackets stand at both ends and nowhere inside. So no token can arise where a value was taken out of a text: whatever stood
//! beside it, a bracket of the token put there is between.

use crate::Span;

/// How many characters of base 32 name a vault: 40 bits, so that tokens of another are taken for ours once in 10^12 vaults.
pub(super) const NAME_LEN: usize = 8;
/// Crockford's digits in lower case: none is mistaken for another.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// The longest token: label, name and number with brackets and colons.
const TOKEN_MAX: usize = 64;

/// The name of a vault, from random bytes.
pub(super) fn name(random: [u8; NAME_LEN]) -> String {
    random.into_iter().map(|byte| char::from(DIGITS[usize::from(byte % 32)])).collect()
}

/// Whether it is a name that [`name`] makes.
pub(super) fn is_name(name: &str) -> bool {
    name.len() == NAME_LEN && name.bytes().all(|byte| DIGITS.contains(&byte))
}

/// The token of the value at `index`.
pub(super) fn write(label: &str, name: &str, index: usize) -> String {
    format!("[{label}:{name}:{index}]")
}

/// A token found in a text: where, its label and its number.
pub(super) struct Written<'t> {
    pub(super) span: Span,
    pub(super) label: &'t str,
    pub(super) index: usize,
}

/// All tokens of the vault called `name` in `text`, of values that it has or not. Only exact ones: another case, a space or a leading
/// zero makes it another text.
pub(super) fn all<'t>(text: &'t str, name: &str) -> impl Iterator<Item = Written<'t>> {
    let mut at = 0;
    let name = name.to_owned();
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find('[')?;
            at = start + 1;
            if let Some(written) = read(text, start, &name) {
                at = written.span.end;
                return Some(written);
            }
        }
    })
}

fn read<'t>(text: &'t str, start: usize, name: &str) -> Option<Written<'t>> {
    let rest = text.get(start + 1..)?;
    let len = rest.bytes().take(TOKEN_MAX).position(|byte| matches!(byte, b']' | b'['))?;
    let inside = rest.get(..len).filter(|_| rest.as_bytes().get(len) == Some(&b']'))?;
    let mut parts = inside.split(':');
    let (label, named, index) = (parts.next()?, parts.next()?, parts.next()?);
    let is_label = !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let canonical =
        index.bytes().all(|byte| byte.is_ascii_digit()) && (index == "0" || !index.starts_with('0'));
    let whole = parts.next().is_none() && is_label && named == name && canonical;
    let index = index.parse().ok().filter(|_| whole)?;
    Some(Written { span: Span::new(start, start + len + 2), label, index })
}
