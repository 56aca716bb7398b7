//! E-mail addresses.

/// RFC 5321 4.5.3.1.1.
const LOCAL_MAX: usize = 64;
/// RFC 5321 4.5.3.1.2.
const DOMAIN_MAX: usize = 255;
/// Endings of file names that stand after `@`, as in `icon@2x.png`.
const FILES: [&str; 8] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js"];

/// Where the address around the `@` at `at` stands; nothing before `floor` belongs to it.
pub(super) fn email(text: &str, at: usize, floor: usize) -> Option<(usize, usize)> {
    let start = local_start(text, at, floor)?;
    let end = domain_end(text, at + 1)?;
    Some((start, end))
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
    let local = text.get(start..at)?;
    let trimmed = local.trim_start_matches(['.', '\'', '*', '#', '!', '&', '~', '$', '^', '-']);
    let sound = !trimmed.is_empty()
        && trimmed.contains(char::is_alphanumeric)
        && !trimmed.ends_with('.')
        && !trimmed.contains("..");
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
    if let Some(dots) = domain.find("..") {
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
