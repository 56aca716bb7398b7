//! A text as a reader of numbers and addresses sees it.

use crate::Span;
use std::borrow::Cow;

/// The text with digits of other scripts, full-width forms, odd spaces and hyphens as ASCII and without what cannot be seen; and
/// the way back. A text in which there is nothing of the kind is not copied.
pub(crate) struct View<'t> {
    text: Cow<'t, str>,
    /// For each byte of the copy: where the character that it came from starts and ends.
    origins: Vec<(usize, usize)>,
}

/// How what is not there for a reader is read. A colour, a character that nobody sees, an escaped line end or `%20` may stand inside of
/// a number to hide it, or before one that it parts from a word: only together the two readings see both.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As nothing, and the letters of `\n` and the digits of `%20` as themselves.
    Joined,
    /// As what ends a word.
    Parted,
}

/// In place of what ends a word: no letter, no digit, no space and no mark that anything is written with.
pub(crate) const PART: char = '\u{1f}';

impl<'t> View<'t> {
    /// The one reading of `text`, or both where they differ.
    pub(crate) fn readings(text: &'t str) -> (Self, Option<Self>) {
        let plain = Self { text: Cow::Borrowed(text), origins: Vec::new() };
        if is_plain(text.as_bytes()) {
            return (plain, None);
        }
        let Some(first) = first_odd(text) else { return (plain, None) };
        let (joined, parts) = Self::read(text, first, Reading::Joined);
        (joined, parts.then(|| Self::read(text, first, Reading::Parted).0))
    }

    /// Reads `text`, which is read as itself up to `first`; and whether another reading reads it otherwise.
    fn read(text: &str, first: usize, reading: Reading) -> (Self, bool) {
        let (mut copy, mut origins) = (String::with_capacity(text.len()), Vec::with_capacity(text.len()));
        copy.push_str(text.get(..first).unwrap_or_default());
        origins.extend((0..first).map(|at| (text.floor_char_boundary(at), text.ceil_char_boundary(at + 1))));
        let (mut at, mut parts) = (first, false);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let mut len = rest.chars().next().map_or(1, char::len_utf8);
            let shown = match sequence(rest) {
                Some(Sequence { whole, joined, parted }) => {
                    parts |= joined != parted;
                    match reading {
                        // As it is written.
                        Reading::Joined if joined == Some('\\') => rest.chars().next(),
                        Reading::Joined => {
                            len = whole;
                            joined
                        }
                        Reading::Parted => {
                            len = whole;
                            parted
                        }
                    }
                }
                None => match rest.chars().next().map(|c| (c, see(c))) {
                    Some((c, Seen::Itself)) => Some(c),
                    Some((_, Seen::As(other))) => Some(other),
                    Some((_, Seen::Mark)) | None => None,
                    Some((_, Seen::Nothing)) => {
                        parts = true;
                        (reading == Reading::Parted).then_some(PART)
                    }
                },
            };
            if let Some(shown) = shown {
                copy.push(shown);
                origins.extend(std::iter::repeat_n((at, at + len), shown.len_utf8()));
            }
            at += len;
        }
        (Self { text: Cow::Owned(copy), origins }, parts)
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The place in the caller's text of what stands at `span`, which is not empty, in this view.
    pub(crate) fn source(&self, span: Span) -> Span {
        if self.origins.is_empty() {
            return span;
        }
        let start = self.origins.get(span.start).map_or(0, |origin| origin.0);
        let end = self.origins.get(span.end.saturating_sub(1)).map_or(start, |origin| origin.1);
        Span::new(start, end)
    }
}

/// Whether every byte is read as itself, whatever stands beside it.
fn is_plain(bytes: &[u8]) -> bool {
    let odd = |byte: &u8| *byte >= 0x7f || *byte < 0x09 || (0x0e..0x20).contains(byte) || *byte == 0x0b;
    let opens = |byte: &u8| matches!(byte, b'\\' | b'%');
    // Block by block, so that many bytes are compared at once.
    bytes.chunks(128).all(|block| !block.iter().fold(false, |any, byte| any | odd(byte) | opens(byte)))
}

/// The first character that one of the readings does not read as itself.
fn first_odd(text: &str) -> Option<usize> {
    let odd = |at: usize, c: char| match c {
        '\\' | '%' => text.get(at..).and_then(sequence).is_some(),
        c => !matches!(see(c), Seen::Itself),
    };
    text.char_indices().find(|(at, c)| odd(*at, *c)).map(|(at, _)| at)
}

/// More than one character that is read as one, or as none.
struct Sequence {
    /// How many bytes it takes.
    whole: usize,
    /// `\` for what is read as it is written, whatever that is.
    joined: Option<char>,
    parted: Option<char>,
}

/// A control sequence of ECMA-48 has no more parameters that mean anything.
const CONTROL_MAX: usize = 64;

/// What stands at the start of `rest`: a control sequence of a terminal, an escape of JSON (RFC 8259, 7) or of an address
/// (RFC 3986, 2.1).
fn sequence(rest: &str) -> Option<Sequence> {
    let parted = |whole, parted| Some(Sequence { whole, joined: Some('\\'), parted: Some(parted) });
    let bytes = rest.as_bytes();
    match *bytes {
        [0x1b, b'[', ..] | [0xc2, 0x9b, ..] => {
            let inside = bytes.iter().skip(2).take(CONTROL_MAX);
            let len = 2 + inside.take_while(|byte| (0x20..0x40).contains(*byte)).count();
            let closed = bytes.get(len).is_some_and(|byte| (0x40..0x7f).contains(byte));
            Some(Sequence { whole: len + usize::from(closed), joined: None, parted: Some(PART) })
        }
        // `ESC \` ends a string; `ESC ]` and others open one.
        [0x1b, 0x30..0x7f, ..] => Some(Sequence { whole: 2, joined: None, parted: Some(PART) }),
        [b'\\', b'n' | b'r', ..] => parted(2, '\n'),
        [b'\\', b't', ..] => parted(2, '\t'),
        [b'\\', b'b' | b'f', ..] => parted(2, PART),
        [b'\\', b'/', ..] => Some(Sequence { whole: 2, joined: Some('/'), parted: Some('/') }),
        [b'\\', b'u', ..] => {
            let digits =
                rest.get(2..6).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
            let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
            match c.map(|c| (see(c), c)) {
                Some((Seen::Nothing | Seen::Mark, _)) => {
                    Some(Sequence { whole: 6, joined: None, parted: Some(PART) })
                }
                Some((Seen::As(c), _) | (Seen::Itself, c)) if is_encoded(c) => {
                    Some(Sequence { whole: 6, joined: Some(c), parted: Some(c) })
                }
                _ => parted(6, PART),
            }
        }
        [b'%', one, two, ..] if one.is_ascii_hexdigit() && two.is_ascii_hexdigit() => parted(3, PART),
        _ => None,
    }
}

/// Whether programs write it escaped. Letters they do not, and what begins a key's heading is told by its hyphens.
fn is_encoded(c: char) -> bool {
    !c.is_ascii_alphabetic() && !matches!(c, '-' | '\\')
}

/// `c` as a reader of numbers and addresses sees it, if it does.
pub(crate) fn shown(c: char) -> Option<char> {
    match see(c) {
        Seen::Itself => Some(c),
        Seen::As(other) => Some(other),
        Seen::Mark | Seen::Nothing => None,
    }
}

enum Seen {
    Itself,
    As(char),
    /// Upon the letter before it.
    Mark,
    Nothing,
}

/// Where a script's ten digits start, of those in everyday use (Unicode 16, general category Nd).
const ZEROS: &[u32] = &[
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810,
];

fn see(c: char) -> Seen {
    let code = c as u32;
    match code {
        0x09 | 0x0A | 0x0C | 0x0D | 0x20..=0x7E | 0xA1..=0xAC | 0xAE..=0x2FF => Seen::Itself,
        0x85 | 0xA0 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000 => Seen::As(' '),
        0..=0x9F => Seen::Nothing,
        _ if is_unseen(c) => Seen::Nothing,
        // Marks that go on any letter, keycaps among them.
        0x300..=0x36F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0xFE20..=0xFE2F => Seen::Mark,
        // What reorders is seen by what it does; blank Braille and the place of an object are shown as nothing or a gap.
        0x202A..=0x202E | 0x2066..=0x2069 | 0x2800 | 0xFFFC => Seen::Nothing,
        // Not the em dash: it parts sentences, and never the groups of a number.
        0x2010..=0x2013 | 0x2212 | 0xFE58 | 0xFE63 => Seen::As('-'),
        0x2024 | 0xFE52 => Seen::As('.'),
        0xFE6B => Seen::As('@'),
        0xFF01..=0xFF5E => ascii(code - 0xFF01 + 0x21),
        0x1D7CE..=0x1D7FF => ascii((code - 0x1D7CE) % 10 + 0x30),
        0x0660..=0x1819 => {
            let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code));
            zero.map_or(Seen::Itself, |zero| ascii(code - zero + 0x30))
        }
        _ => Seen::Itself,
    }
}

/// Characters without a shape: `Default_Ignorable_Code_Point` of Unicode 17 (DerivedCoreProperties.txt) but for those that reorder
/// (UAX #9), and the interlinear marks.
pub(crate) fn is_unseen(c: char) -> bool {
    if c < '\u{300}' {
        return c == '\u{ad}';
    }
    matches!(c,
        '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn ascii(code: u32) -> Seen {
    char::from_u32(code).map_or(Seen::Itself, Seen::As)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_text_is_not_copied() {
        for text in ["call 555-1234\n", "später, Ærø", "100 % \\d of it"] {
            let (view, other) = View::readings(text);
            assert!(matches!(view.text, Cow::Borrowed(_)) && other.is_none());
        }
    }

    #[test]
    fn invisible_characters_and_foreign_digits_are_seen_through() {
        let text = "é ４１\u{200b}１１ ٠١٢";
        let (view, parted) = View::readings(text);
        assert_eq!((view.text(), parted.unwrap().text()), ("é 4111 012", "é 41\u{1f}11 012"));
        let at = view.text().find("4111").unwrap();
        let back = view.source(Span::new(at, at + 4));
        assert_eq!(&text[back.range()], "４１\u{200b}１１");
    }

    #[test]
    fn escapes_and_colours_are_read_both_ways() {
        for (text, joined, parted) in [
            ("a\x1b[31mb\x1b[0m", "ab", "a\u{1f}b\u{1f}"),
            ("x\\nab\\tc\\\\nd", "x\\nab\\tc\\\\nd", "x\nab\tc\\\nd"),
            ("%20a%zz%3D1", "%20a%zz%3D1", "\u{1f}a%zz\u{1f}1"),
            ("jo\\u0040x\\u200by\\u0041", "jo@xy\\u0041", "jo@x\u{1f}y\u{1f}"),
        ] {
            let (view, other) = View::readings(text);
            assert_eq!((view.text(), other.unwrap().text()), (joined, parted), "{text:?}");
        }
        let (view, other) = View::readings("https:\\/\\/a");
        assert_eq!((view.text(), other.is_none()), ("https://a", true));
    }

    proptest! {
        #[test]
        fn every_span_leads_back_to_character_boundaries(
            text in "([a-c0-2 ０-２\u{200b}\u{ad}é٣\u{301}\x00]|\\\\n|\\\\u00|%2|\x1b|\\[|\u{9b}|0m|\\\\/){0,16}",
        ) {
            let (view, other) = View::readings(&text);
            for view in [Some(view), other].into_iter().flatten() {
                let bounds: Vec<_> = (0..=view.text().len()).filter(|at| view.text().is_char_boundary(*at)).collect();
                for (nth, start) in bounds.iter().enumerate() {
                    for end in &bounds[nth + 1..] {
                        let source = view.source(Span::new(*start, *end));
                        prop_assert!(text.get(source.range()).is_some());
                    }
                }
            }
        }
    }
}
