//! Tags.

mod tag;

use super::Scan;
use crate::Span;
use std::borrow::Cow;

/// Tags and, where every tag counts, comments and declarations.
///
/// What a browser takes for a tag (WHATWG HTML §13.2.5): `<` and a letter, up to the next `>` outside of a quoted value. A `<` that could begin another
/// one ends it early, because whatever stands between us and the browser may read it so. After [`MAX_TAG`] bytes it is taken to have ended.
pub(super) struct HtmlScan {
    every: bool,
}

/// No honest tag is longer.
const MAX_TAG: usize = 4096;

impl HtmlScan {
    /// Only what does something.
    pub(super) fn active() -> Self {
        Self { every: false }
    }

    /// All of it.
    pub(super) fn any() -> Self {
        Self { every: true }
    }
}

impl Scan for HtmlScan {
    fn scan(&mut self, text: &str, last: bool, found: &mut Vec<Span>) -> usize {
        let mut at = 0;
        while let Some(start) = text.get(at..).and_then(|rest| rest.find('<')).map(|offset| at + offset) {
            let rest = text.get(start..).unwrap_or_default();
            match rest.as_bytes().get(1) {
                None if last => return text.len(),
                None => return start,
                Some(b'!' | b'?' | b'/') | Some(b'a'..=b'z' | b'A'..=b'Z') => {}
                Some(_) => {
                    at = start + 1;
                    continue;
                }
            }
            let length = match length(rest) {
                Some(length) => length,
                None if last => rest.len(),
                None => return start,
            };
            if self.every || tag::is_active(rest.get(..length).unwrap_or_default()) {
                found.push(Span::new(start, start + length));
            }
            at = start + length;
        }
        text.len()
    }
}

/// How long the tag is that `rest` begins with, or `None` if the text ends first.
fn length(rest: &str) -> Option<usize> {
    let (mut quote, mut valued) = (None, false);
    let mut bytes = rest.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        if at >= MAX_TAG && rest.is_char_boundary(at) {
            return Some(at);
        }
        if byte == b'<' {
            match bytes.peek() {
                None => return None,
                Some((_, b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!' | b'?')) => return Some(at),
                Some(_) => {}
            }
        }
        match quote {
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if byte == b'>' => return Some(at + 1),
            None if valued && matches!(byte, b'"' | b'\'') => quote = Some(byte),
            None => {}
        }
        valued = byte == b'=' || valued && byte.is_ascii_whitespace();
    }
    None
}

/// `text` with `&`, `<`, `>`, `"` and `'` as references, so that no browser reads a tag in it (OWASP, Cross Site Scripting Prevention: HTML
/// contexts). Nothing to do costs nothing.
#[must_use]
pub fn escape_html(text: &str) -> Cow<'_, str> {
    let special = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'');
    if !text.contains(special) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}
