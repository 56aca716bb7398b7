//! Where URLs stand.

use super::judge::Place;
use crate::Span;

/// Letters before `://` that are looked at.
pub(super) const LONGEST_SCHEME: usize = 5;

/// The most bytes of one URL that are looked at. Of a longer one so much is found: what is left has lost its scheme and host.
pub(super) const MAX_URL: usize = 4096;

/// How much of a word has to be there before a URL in it can be told: quotation mark, URL, and whole characters and signs at its end.
const FAR: usize = MAX_URL + 8;

/// The most bytes of the name of a tag, or of the scheme of an autolink, that are looked at.
const MAX_TAG: usize = 64;

/// A place where a renderer could see a URL.
#[derive(Debug, Clone, Copy)]
pub(super) struct Url {
    pub(super) place: Place,
    /// In its word.
    pub(super) span: Span,
    /// It stands between signs that were not closed before white space: there may be more of it.
    pub(super) goes_on: bool,
    /// It is longer than [`MAX_URL`]: there is more of it.
    pub(super) cut: bool,
    /// What says that it is a URL.
    pub(super) mark: Mark,
}

/// What makes a renderer see a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing but itself: it begins with a scheme, or with `www.`.
    Bare,
    /// `](`
    Brackets,
    /// `]:`
    Definition,
    /// An attribute of a tag, or CSS.
    Attribute,
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
    expected: Option<(Place, Mark)>,
    /// Inside of a tag, and whether of one that waits for a click.
    tag: Option<Place>,
    /// Line ends since the last word.
    line_ends: usize,
    /// Nothing of the word has been read.
    fresh: bool,
    /// Up to here in the word a URL was told as a whole, and is told once more by its pieces.
    told: usize,
    /// How many bytes were looked at for the ends of URLs.
    #[cfg(test)]
    pub(super) looked: usize,
}

impl Walk {
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
                    (self.line_ends, self.fresh, self.told) = (0, false, 0);
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
            *self = Self {
                by_reference: self.by_reference,
                line_ends: self.line_ends,
                #[cfg(test)]
                looked: self.looked,
                ..Self::default()
            };
        }
    }

    /// A word begins.
    pub(super) fn begin(&mut self) {
        (self.line_ends, self.fresh, self.told) = (0, true, 0);
    }

    /// The first `bytes` of the word will not be shown again.
    pub(super) fn forget(&mut self, bytes: usize) {
        self.told = self.told.saturating_sub(bytes);
    }

    /// Reads a word on from `at`; it ends with `word` if it is `over`. Gives how far it was read: all of it, or up to what depends on
    /// what follows.
    pub(super) fn word(
        &mut self,
        word: &str,
        mut at: usize,
        over: bool,
        mut found: impl FnMut(Url),
    ) -> usize {
        let bytes = word.as_bytes();
        while let Some(&byte) = bytes.get(at) {
            if !over && bytes.len() - at < self.needs(word, at, byte) {
                return at;
            }
            let fresh = std::mem::take(&mut self.fresh);
            if let Some((place, mark)) = self.expected.take() {
                at = self.destination(word, at, place, mark, &mut found);
                continue;
            }
            if let Some(place) = self.tag.filter(|_| fresh && starts(word, at, "//")) {
                let (span, cut) = bounded(word, at);
                found(Url { place, span, goes_on: cut, cut, mark: Mark::Attribute });
            }
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
                    self.tag = Some(tag_place(bytes.get(at + 1..).unwrap_or_default()));
                    1
                }
                b'>' => {
                    self.tag = None;
                    1
                }
                b'=' => {
                    self.expected = self.tag.map(|place| (place, Mark::Attribute));
                    1
                }
                b'u' | b'U' if starts(word, at, "url(") => {
                    self.expected = Some((Place::Fetched, Mark::Attribute));
                    4
                }
                b':' if starts(word, at, "://") => match scheme_before(word, at) {
                    Some(start) => bare(word, start, self.bare_place(), &mut found) - at,
                    None => 1,
                },
                b'w' | b'W' if starts(word, at, "www.") => bare(word, at, self.bare_place(), &mut found) - at,
                _ => 1,
            };
            at += step.max(1);
        }
        at
    }

    /// How many bytes from `at` on have to be there, if the word goes on, to tell what stands there.
    fn needs(&self, word: &str, at: usize, byte: u8) -> usize {
        match byte {
            _ if self.expected.is_some() => FAR,
            b'\\' | b'!' | b']' => 2,
            b'u' | b'U' => 4,
            b'w' | b'W' if starts(word, at, "www.") => FAR,
            b'w' | b'W' => 4,
            b':' if starts(word, at, "://") => FAR,
            b':' => 3,
            b'<' => MAX_TAG + 2,
            b'/' if self.fresh && self.tag.is_some() => FAR,
            _ => 1,
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
                let place = if image || unopened { Place::Fetched } else { Place::Clicked };
                self.expected = Some((place, Mark::Brackets));
                2
            }
            Some(b':') => {
                let place = if self.by_reference { Place::Fetched } else { Place::Clicked };
                self.expected = Some((place, Mark::Definition));
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

    /// Tells the URL that has to stand at `start`, and gives where to read on.
    fn destination(
        &mut self,
        word: &str,
        start: usize,
        place: Place,
        mark: Mark,
        found: &mut impl FnMut(Url),
    ) -> usize {
        let opening = word.as_bytes().get(start).copied().filter(|byte| matches!(byte, b'<' | b'"' | b'\''));
        let begin = start + usize::from(opening.is_some());
        let (span, cut) = bounded(word, begin);
        let rest = word.as_bytes().get(begin..).unwrap_or_default();
        let closing = opening.map(|byte| if byte == b'<' { b'>' } else { byte });
        // Told once as a whole, each of its bytes is looked at once more in pieces, however many begin in it.
        let ends = Ends::find(rest, span.len(), closing, begin < self.told);
        #[cfg(test)]
        {
            self.looked += ends.length;
        }
        if ends.length > 0 {
            let cut = cut && ends.length == span.len();
            let span = Span::new(begin, begin + ends.length);
            found(Url { place, span, goes_on: cut || !ends.closed, cut, mark });
        }
        if ends.piece < ends.length {
            self.told = begin + ends.length;
        }
        begin + ends.piece
    }
}

/// Where a destination ends, counted from its start.
struct Ends {
    /// Before another one begins in it, or with it.
    piece: usize,
    length: usize,
    /// By its own sign, if it needs one.
    closed: bool,
}

impl Ends {
    /// Looks for the `closing` sign, or for a parenthesis that nothing opens, up to `limit`; no further than its first piece if that is
    /// all that is asked for.
    fn find(rest: &[u8], limit: usize, closing: Option<u8>, piece_only: bool) -> Self {
        let (mut depth, mut piece) = (0usize, None);
        for (at, &byte) in rest.iter().enumerate().take(limit) {
            match (closing, byte) {
                (Some(closing), byte) if byte == closing => {
                    return Self { piece: piece.unwrap_or(at), length: at, closed: true };
                }
                (None, b'(') => depth += 1,
                (None, b')') if depth == 0 => {
                    return Self { piece: piece.unwrap_or(at), length: at, closed: true };
                }
                (None, b')') => depth -= 1,
                _ => {}
            }
            if piece.is_none() && begins(rest, at, byte) {
                if piece_only {
                    return Self { piece: at, length: at, closed: closing.is_none() };
                }
                piece = Some(at);
            }
        }
        Self { piece: piece.unwrap_or(limit), length: limit, closed: closing.is_none() }
    }
}

/// Whether another destination begins behind `at`.
fn begins(rest: &[u8], at: usize, byte: u8) -> bool {
    let here =
        |with: &[u8]| rest.get(at..at + with.len()).is_some_and(|here| here.eq_ignore_ascii_case(with));
    byte == b']' && here(b"](") || matches!(byte, b'u' | b'U') && here(b"url(")
}

/// The rest of the word from `start` on, as far as it is looked at, and whether there is more.
fn bounded(word: &str, start: usize) -> (Span, bool) {
    let end = word.floor_char_boundary(start.saturating_add(MAX_URL));
    (Span::new(start.min(end), end), end < word.len())
}

/// Tells the URL that begins at `start` with a scheme, and gives where to read on.
fn bare(word: &str, start: usize, place: Place, found: &mut impl FnMut(Url)) -> usize {
    let (span, cut) = bounded(word, start);
    let rest = word.as_bytes().get(start..).unwrap_or_default();
    let stops = |at: &usize| match rest.get(*at) {
        Some(b'<') => true,
        Some(b']') => rest.get(at + 1) == Some(&b'('),
        _ => false,
    };
    let length = (0..span.len()).find(stops).unwrap_or(span.len());
    let cut = cut && length == span.len();
    let ends = |c: char| {
        matches!(
            c,
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '"' | ')' | ']' | '}' | '>' | '`'
        )
    };
    let url = word.get(start..start + length).unwrap_or_default();
    let url = if cut { url } else { url.trim_end_matches(ends) };
    found(Url { place, span: Span::new(start, start + url.len()), goes_on: cut, cut, mark: Mark::Bare });
    start + url.len().max(4).min(rest.len())
}

/// What is made a link of without a mark, by renderers of Markdown or by terminals; a longer one before one that it ends with.
const SCHEMES: [&str; 10] = ["https", "http", "wss", "ws", "ftps", "sftp", "ftp", "ssh", "ipfs", "ipns"];

/// Where the scheme before the colon at `colon` begins, if it is one that renderers make links of.
fn scheme_before(word: &str, colon: usize) -> Option<usize> {
    SCHEMES.into_iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        starts(word, start, scheme).then_some(start)
    })
}

fn starts(word: &str, at: usize, with: &str) -> bool {
    word.get(at..at + with.len()).is_some_and(|here| here.eq_ignore_ascii_case(with))
}

/// What a URL in the attributes of this tag is for. A link waits; of anything else the worst is taken.
fn tag_place(tag: &[u8]) -> Place {
    let tag = tag.get(..MAX_TAG).unwrap_or(tag);
    let length = tag.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let (name, after) = tag.split_at(length);
    // An autolink: the name is a scheme.
    let autolink = after.starts_with(b":");
    if autolink || [&b"a"[..], b"area"].iter().any(|link| name.eq_ignore_ascii_case(link)) {
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
                walk.begin();
                walk.word(part.trim_end(), 0, true, |_| {});
                walk.space(" ");
            });
            let mut quick = walk.clone();
            if quick.idle(&format!("{word} ")) == Some(word.len()) {
                let mut found = 0;
                walk.begin();
                walk.word(&word, 0, true, |_| found += 1);
                prop_assert_eq!((found, format!("{walk:?}")), (0, format!("{quick:?}")));
            }
        }
    }
}
