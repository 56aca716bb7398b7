//! Character references, as far as they disguise a URL.

use std::borrow::Cow;

/// Named ones that stand for signs of a URL (WHATWG HTML §13.5), with and without the semicolon.
const NAMED: [(&str, char); 17] = [
    ("colon", ':'),
    ("sol", '/'),
    ("bsol", '\\'),
    ("period", '.'),
    ("quest", '?'),
    ("equals", '='),
    ("amp", '&'),
    ("num", '#'),
    ("commat", '@'),
    ("lpar", '('),
    ("rpar", ')'),
    ("percnt", '%'),
    ("lowbar", '_'),
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("shy", '\u{ad}'),
    ("ZeroWidthSpace", '\u{200b}'),
];

/// `text` with its references undone, once.
pub(in crate::output) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        match reference(rest) {
            Some((c, length)) => {
                decoded.push(c);
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                decoded.push('&');
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// The character that `text` begins with a reference to, and how long that is.
fn reference(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let (c, length) = if let Some(number) = body.strip_prefix('#') {
        let hex = number.starts_with(['x', 'X']);
        let digits = number.get(usize::from(hex)..)?;
        let is_digit = |c: char| if hex { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
        let length = digits.find(|c| !is_digit(c)).unwrap_or(digits.len());
        let significant = digits.get(..length)?.trim_start_matches('0');
        if length == 0 || significant.len() > 8 {
            return None;
        }
        let code = u32::from_str_radix(significant, if hex { 16 } else { 10 }).unwrap_or(0);
        (char::from_u32(code)?, 1 + usize::from(hex) + length)
    } else {
        let (name, c) = NAMED.iter().find(|(name, _)| body.starts_with(name))?;
        (*c, name.len())
    };
    let closed = body.get(length..).is_some_and(|rest| rest.starts_with(';'));
    Some((c, 1 + length + usize::from(closed)))
}
