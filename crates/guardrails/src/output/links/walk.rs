//! Where URLs stand.

use super::Place;
use crate::Span;

/// Letters before `://` that are looked at.
pub(super) const LONGEST_SCHEME: usize = 5;

/// A place where a renderer could see a URL.
#[derive(Debug, Clone, Copy)]
pub(super) struct Url {
    pub(super) place: Place,
    /// In its word.
    pub(super) span: Span,
    /// It stands between signs that were not closed before white space: there may be more of it.
    pub(super) goes_on: bool,
    /// Without a mark around it. Only what begins with a scheme is one.
    pub(super) bare: bool,
}

/// How far a text has been read.
#[derive(Debug, Default, Clone)]
pub(super) struct Walk {
    /// Brackets that are open.
    depth: usize,
    /// An image has begun in this paragraph, and it is not certain that it is over.
    image: bool,
    /// Since then something stood there that may hide brackets from a renderer.
    murky: bool,
    /// Images by reference have been seen: a definition may be for one.
    by_reference: bool,
    /// A URL has to come next.
    expected: Option<Place>,
    /// Inside of a tag, and whether of one that waits for a click.
    tag: Option<Place>,
    /// Line ends since the last word.
    line_ends: usize,
}

impl Walk {
    /// Whether a word of letters would change nothing.
    pub(super) fn is_at_rest(&self) -> bool {
        self.expected.is_none() && self.line_ends == 0
    }

    /// The length of a word in ASCII at the start of `rest` that changes nothing, if white space follows it, as in most prose: nothing in it
    /// opens or closes anything, and no URL starts in it.
    pub(super) fn idle(&mut self, rest: &str) -> Option<usize> {
        if self.expected.is_some() || self.tag.is_some() {
            return None;
        }
        let mut before = 0;
        for (at, byte) in rest.bytes().enumerate() {
            match byte {
                b' ' | b'\t'..=b'\r' => {
                    self.line_ends = 0;
                    return Some(at);
                }
                b'`' | b'[' | b']' | b'<' | b'(' | b':' | 0x80.. => return None,
                b'.' if matches!(before, b'w' | b'W') => return None,
                _ => before = byte,
            }
        }
        None
    }

    /// White space between words.
    pub(super) fn space(&mut self, space: &str) {
        self.line_ends += space.matches('\n').count();
        if self.line_ends > 1 {
            *self = Self { by_reference: self.by_reference, line_ends: self.line_ends, ..Self::default() };
        }
    }

    /// One word, whole.
    pub(super) fn word(&mut self, word: &str, mut found: impl FnMut(Url)) {
        self.line_ends = 0;
        let bytes = word.as_bytes();
        let mut at = 0;
        // Up to here a URL was told as a whole, and is told once more by its pieces.
        let mut told = 0;
        if let Some(place) = self.expected.take() {
            at = destination(word, 0, place, &mut told, &mut found);
        } else if let Some(place) = self.tag.filter(|_| word.starts_with("//")) {
            found(Url { place, span: Span::new(0, word.len()), goes_on: false, bare: false });
        }
        while let Some(&byte) = bytes.get(at) {
            let next = bytes.get(at + 1).copied();
            let step = match byte {
                b'\\' if next.is_some_and(|next| next.is_ascii_punctuation()) => 2,
                b'`' => {
                    self.murky = true;
                    1
                }
                b'!' if next == Some(b'[') => {
                    self.murky &= self.depth > 0;
                    self.image = true;
                    1
                }
                b'[' => {
                    self.depth += 1;
                    1
                }
                b']' => self.close(next),
                b'<' if next.is_some_and(|next| next.is_ascii_alphabetic()) => {
                    self.murky = true;
                    self.tag = Some(tag_place(word.get(at + 1..).unwrap_or_default()));
                    1
                }
                b'>' => {
                    self.tag = None;
                    1
                }
                b'=' => {
                    self.expected = self.tag;
                    1
                }
                b'u' | b'U' if starts(word, at, "url(") => {
                    self.expected = Some(Place::Fetched);
                    4
                }
                b':' if word.get(at + 1..).is_some_and(|rest| rest.starts_with("//")) => {
                    let scheme = scheme_before(word, at);
                    match scheme {
                        Some(start) => bare(word, start, self.bare_place(), &mut found) - at,
                        None => 1,
                    }
                }
                b'w' | b'W' if starts(word, at, "www.") => bare(word, at, self.bare_place(), &mut found) - at,
                _ => 1,
            };
            at += step.max(1);
            if let Some(place) = self.expected
                && at < bytes.len()
            {
                self.expected = None;
                at = destination(word, at, place, &mut told, &mut found).max(at);
            }
        }
    }

    /// A bracket closes; gives how many bytes say what follows.
    fn close(&mut self, next: Option<u8>) -> usize {
        let unopened = self.depth == 0;
        self.depth = self.depth.saturating_sub(1);
        let image = self.image;
        if self.depth == 0 && !self.murky {
            self.image = false;
        }
        match next {
            Some(b'(') => {
                self.expected = Some(if image || unopened { Place::Fetched } else { Place::Clicked });
                2
            }
            Some(b':') => {
                self.expected = Some(if self.by_reference { Place::Fetched } else { Place::Clicked });
                2
            }
            _ => {
                self.by_reference |= image;
                1
            }
        }
    }

    fn bare_place(&self) -> Place {
        self.tag.unwrap_or(Place::Clicked)
    }
}

/// Tells the URL that has to stand at `start`, and gives where to read on.
fn destination(
    word: &str,
    start: usize,
    place: Place,
    told: &mut usize,
    found: &mut impl FnMut(Url),
) -> usize {
    let rest = word.get(start..).unwrap_or_default();
    let opening = rest.chars().next().filter(|c| matches!(c, '<' | '"' | '\''));
    let begin = start + opening.map_or(0, char::len_utf8);
    let rest = word.get(begin..).unwrap_or_default();
    let closing = opening.map(|c| if c == '<' { '>' } else { c });
    let (length, closed) = match closing {
        Some(closing) => (rest.find(closing).unwrap_or(rest.len()), rest.contains(closing)),
        None => (unbracketed(rest), true),
    };
    let nested = rest.find("](").unwrap_or(rest.len()).min(style_url(rest).unwrap_or(rest.len()));
    let piece = nested.min(length);
    let whole = if begin < *told { piece } else { length };
    if whole > 0 {
        found(Url { place, span: Span::new(begin, begin + whole), goes_on: !closed, bare: false });
    }
    if piece < whole {
        *told = begin + whole;
    }
    begin + piece.min(whole)
}

/// How long a destination without brackets around it is: up to a parenthesis that nothing in it opens.
fn unbracketed(rest: &str) -> usize {
    let mut depth = 0usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return at,
            b')' => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

/// Tells the URL that begins at `start` with a scheme, and gives where to read on.
fn bare(word: &str, start: usize, place: Place, found: &mut impl FnMut(Url)) -> usize {
    let rest = word.get(start..).unwrap_or_default();
    let length = rest.find('<').unwrap_or(rest.len()).min(rest.find("](").unwrap_or(rest.len()));
    let ends = |c: char| {
        matches!(
            c,
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '"' | ')' | ']' | '}' | '>' | '`'
        )
    };
    let url = rest.get(..length).unwrap_or_default().trim_end_matches(ends);
    found(Url { place, span: Span::new(start, start + url.len()), goes_on: false, bare: true });
    start + url.len().max(4).min(rest.len())
}

/// Where CSS in a value names a URL.
fn style_url(value: &str) -> Option<usize> {
    value.as_bytes().windows(4).position(|four| four.eq_ignore_ascii_case(b"url("))
}

/// Where the scheme before the colon at `colon` begins, if it is one that renderers make links of.
fn scheme_before(word: &str, colon: usize) -> Option<usize> {
    ["https", "http", "wss", "ws", "ftp"].into_iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        starts(word, start, scheme).then_some(start)
    })
}

fn starts(word: &str, at: usize, with: &str) -> bool {
    word.get(at..at + with.len()).is_some_and(|here| here.eq_ignore_ascii_case(with))
}

/// What a URL in the attributes of this tag is for. A link waits; of anything else the worst is taken.
fn tag_place(tag: &str) -> Place {
    let name =
        tag.find(|c: char| !c.is_ascii_alphanumeric()).map_or(tag, |end| tag.get(..end).unwrap_or(tag));
    // An autolink: the name is a scheme.
    let autolink = tag.get(name.len()..).is_some_and(|rest| rest.starts_with(':'));
    if autolink || ["a", "area"].iter().any(|link| name.eq_ignore_ascii_case(link)) {
        Place::Clicked
    } else {
        Place::Fetched
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn idle_words_change_nothing_when_they_are_walked(
            before in "[a-z!\\[\\]()`<>=:./\\\\ ]{0,12}",
            word in "[a-zA-Z0-9!\\[\\]()`<>=:./\\\\\"'#%&{}*_|~-]{1,10}|[uUwWrRlL(.:/]{1,6}",
        ) {
            let mut walk = Walk::default();
            before.split_inclusive(' ').for_each(|part| {
                walk.word(part.trim_end(), |_| {});
                walk.space(" ");
            });
            let mut quick = walk.clone();
            if quick.idle(&format!("{word} ")) == Some(word.len()) {
                let mut found = 0;
                walk.word(&word, |_| found += 1);
                prop_assert_eq!((found, format!("{walk:?}")), (0, format!("{quick:?}")));
            }
        }
    }
}
