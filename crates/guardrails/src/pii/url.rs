//! Web addresses.

/// Longer ones are cut here: what follows is no longer looked at as part of it.
const MAX: usize = 2048;
const SCHEMES: [&str; 6] = ["http", "https", "ftp", "ftps", "ws", "wss"];

/// Whether a web address stands at the start of `rest`.
pub(crate) fn begins(rest: &[u8]) -> bool {
    SCHEMES.iter().any(|scheme| {
        rest.get(..scheme.len()).is_some_and(|lead| lead.eq_ignore_ascii_case(scheme.as_bytes()))
            && rest.get(scheme.len()..).is_some_and(|rest| rest.starts_with(b"://"))
    })
}

/// Where the address whose `://` starts at `colon` stands.
pub(super) fn with_scheme(text: &str, colon: usize, floor: usize) -> Option<(usize, usize)> {
    let after = text.get(colon + 3..)?;
    let before = text
        .get(floor.max(colon.saturating_sub(5))..colon)
        .unwrap_or_else(|| text.get(colon - 2..colon).unwrap_or_default());
    let letters = before.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let scheme = before.get(before.len() - letters..)?;
    let known = SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let len = if known { length(after) } else { 0 };
    (len > 0).then_some((colon - scheme.len(), colon + 3 + len))
}

/// Where the address that starts with `www`, of which the dot is at `dot`, stands.
pub(super) fn with_www(text: &str, dot: usize, floor: usize) -> Option<(usize, usize)> {
    let start = dot.checked_sub(3).filter(|start| *start >= floor)?;
    let www = text.get(start..dot)?;
    let opens =
        !text.get(..start)?.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '@' | '-'));
    if !(opens && www.eq_ignore_ascii_case("www")) {
        return None;
    }
    let len = length(text.get(dot + 1..)?);
    let named = text.get(dot + 1..dot + 1 + len)?.contains('.');
    named.then_some((start, dot + 1 + len))
}

fn length(text: &str) -> usize {
    let belongs = |c: char| {
        c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^')
            || (!c.is_ascii() && c.is_alphanumeric())
    };
    let end = text
        .char_indices()
        .take(MAX)
        .find(|(_, c)| !belongs(*c))
        .map_or(text.len().min(MAX), |(place, _)| place);
    let mut end = (0..=end).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let mut open = balance(text.get(..end).unwrap_or_default());
    // Punctuation at the end belongs to the sentence; a closing parenthesis only if it was not opened inside.
    while let Some(last) = text.get(..end).and_then(|url| url.chars().next_back()) {
        match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | ']' => {}
            ')' if open < 0 => open += 1,
            _ => break,
        }
        end -= last.len_utf8();
    }
    end
}

fn balance(url: &str) -> isize {
    url.bytes().fold(0, |open, byte| match byte {
        b'(' => open + 1,
        b')' => open - 1,
        _ => open,
    })
}
