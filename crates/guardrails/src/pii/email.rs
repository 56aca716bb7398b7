//! E-mail addresses.

/// RFC 5321 4.5.3.1.1.
const LOCAL_MAX: usize = 64;
/// RFC 5321 4.5.3.1.2.
const DOMAIN_MAX: usize = 255;
/// Endings of file names that stand after `@`, as in `icon@2x.png`.
const FILES: [&str; 8] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js"];

/// Where the address around the `@` at `at` stands; nothing before `floor` belongs to it.
pub(super) fn email(text: &str, at: usize, floor: usize) -> Option<(usize, usize)> {
    // Most of what is no address is told by what stands beside the sign.
    let beside = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    let last = |byte: &u8| b"_%+-'&!#$*^~".contains(byte);
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
    if !beside(bytes.get(at + 1)) || !(beside(before) || before.is_some_and(last)) || !has_dot(bytes, at + 1)
    {
        return None;
    }
    let start = local_start(text, at, floor)?;
    let end = domain_end(text, at + 1)?;
    Some((start, end))
}

/// Whether a dot, and two characters that may be a top label, stand in what may be a domain.
fn has_dot(bytes: &[u8], start: usize) -> bool {
    let rest = bytes.get(start..bytes.len().min(start + DOMAIN_MAX + 1)).unwrap_or_default();
    let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-') || *byte >= 0x80;
    let len = rest.iter().position(|byte| !belongs(byte)).unwrap_or(rest.len());
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80;
    let run = rest.get(..len).unwrap_or_default();
    run.windows(3).any(|part| matches!(part, [b'.', one, two] if letter(*one) && letter(*two)))
}

fn local_start(text: &str, at: usize, floor: usize) -> Option<usize> {
    let mut start = at;
    let mut ascii = false;
    for (place, c) in text.get(floor..at)?.char_indices().rev() {
        if at - (floor + place) > LOCAL_MAX {
            break;
        }
        let belongs = match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => true,
            '.' | '_' | '%' | '+' | '-' | '\'' | '&' | '!' | '#' | '$' | '*' | '^' | '~' => true,
            // A name in a script without spaces is no longer one where an ASCII name follows it.
            c => c.is_alphanumeric() && (is_spaced(c) || !ascii),
        };
        if !belongs {
            break;
        }
        ascii |= c.is_ascii_alphanumeric();
        start = floor + place;
    }
    // The letter of an escaped line end is none of the name's.
    let escaped = text.get(..start)?.ends_with('\\') && at - start > 1;
    let letter = matches!(text.as_bytes().get(start), Some(b'n' | b'r' | b't'));
    let local = text.get(start + usize::from(escaped && letter)..at)?;
    let trimmed = local.trim_start_matches(['.', '\'', '*', '#', '!', '&', '~', '$', '^', '-']);
    let sound = !trimmed.is_empty()
        && trimmed.contains(char::is_alphanumeric)
        && !trimmed.ends_with('.')
        && !trimmed.as_bytes().windows(2).any(|pair| pair == b"..");
    sound.then_some(at - trimmed.len())
}

fn domain_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let len = rest
        .char_indices()
        .find(|(_, c)| {
            !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-') || (is_spaced(*c) && c.is_alphanumeric()))
        })
        .map_or(rest.len(), |(place, _)| place);
    let run = rest.get(..len.min(DOMAIN_MAX)).unwrap_or_default();
    // What follows in a sentence, as in `a@b.example.Then`, cannot be told from a label.
    let mut domain = run.trim_end_matches(['.', '-']);
    if let Some(dots) = domain.as_bytes().windows(2).position(|pair| pair == b"..") {
        domain = domain.get(..dots)?;
    }
    while let Some((before, last)) = domain.rsplit_once('.') {
        if is_top(last) {
            let labels = before
                .split('.')
                .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
            return labels.then_some(start + domain.len());
        }
        domain = before;
    }
    None
}

fn is_top(label: &str) -> bool {
    let letters = label.chars().count() >= 2 && label.chars().all(char::is_alphabetic);
    (letters || label.starts_with("xn--")) && !FILES.iter().any(|file| label.eq_ignore_ascii_case(file))
}

/// Whether words of the script are parted by spaces, so that a letter of it next to an address belongs to the address.
fn is_spaced(c: char) -> bool {
    (c as u32) < 0x0590
}
