//! Whether a URL looks as if something was put into it.

/// In the host: names below a domain are looked up by its owner's server, so that they carry data like a path.
pub(super) fn in_host(authority: &str) -> bool {
    authority.contains('@') || authority.len() > 100 || authority.split('.').any(is_made)
}

/// In path, query and fragment. Any query at all counts: short ones carry enough.
pub(super) fn in_rest(rest: &str) -> bool {
    let (before, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = before.split_once('?').unwrap_or((before, ""));
    if !query.is_empty() || fragment.len() > 48 || fragment.contains('=') {
        return true;
    }
    let escapes = path.matches('%').count();
    escapes > 3 || !rest.is_ascii() || [path, fragment].into_iter().any(|part| words(part).any(is_made))
}

fn words(part: &str) -> impl Iterator<Item = &str> {
    part.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '=')))
}

/// Whether a word was made by an encoder: no word of a language is so long, or goes so often from one sort of characters to another.
fn is_made(word: &str) -> bool {
    let turns =
        word.as_bytes().windows(2).filter(|pair| matches!(pair, [a, b] if sort(*a) != sort(*b))).count();
    word.len() > 32 || word.len() > 12 && turns > 4
}

fn sort(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        b'a'..=b'z' => 2,
        _ => 3,
    }
}
