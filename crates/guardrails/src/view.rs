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

impl<'t> View<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let plain = Self { text: Cow::Borrowed(text), origins: Vec::new() };
        if text.is_ascii() {
            return plain;
        }
        let Some((first, _)) = text.char_indices().find(|(_, c)| !matches!(see(*c), Seen::Itself)) else {
            return plain;
        };
        let mut copy = String::with_capacity(text.len());
        let mut origins = Vec::with_capacity(text.len());
        copy.push_str(text.get(..first).unwrap_or_default());
        for (at, c) in text.char_indices() {
            let shown = match see(c) {
                Seen::Itself => c,
                Seen::As(other) => other,
                Seen::Nothing => continue,
            };
            if at >= first {
                copy.push(shown);
            }
            origins.extend(std::iter::repeat_n((at, at + c.len_utf8()), shown.len_utf8()));
        }
        Self { text: Cow::Owned(copy), origins }
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

/// `c` as a reader of numbers and addresses sees it, if it does.
pub(crate) fn shown(c: char) -> Option<char> {
    match see(c) {
        Seen::Itself => Some(c),
        Seen::As(other) => Some(other),
        Seen::Nothing => None,
    }
}

enum Seen {
    Itself,
    As(char),
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
        0..=0x9F => Seen::Itself,
        0xA0 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => Seen::As(' '),
        0xAD
        | 0x034F
        | 0x061C
        | 0x180E
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x206F
        | 0xFE00..=0xFE0F
        | 0xFEFF => Seen::Nothing,
        0xE_0000..=0xE_0FFF => Seen::Nothing,
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

fn ascii(code: u32) -> Seen {
    char::from_u32(code).map_or(Seen::Itself, Seen::As)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_text_is_not_copied() {
        for text in ["call 555-1234", "später, Ærø"] {
            assert!(matches!(View::of(text).text, Cow::Borrowed(_)));
        }
    }

    #[test]
    fn invisible_characters_and_foreign_digits_are_seen_through() {
        let text = "é ４１\u{200b}１１ ٠١٢";
        let view = View::of(text);
        assert_eq!(view.text(), "é 4111 012");
        let at = view.text().find("4111").unwrap();
        let back = view.source(Span::new(at, at + 4));
        assert_eq!(&text[back.range()], "４１\u{200b}１１");
    }

    proptest! {
        #[test]
        fn every_span_leads_back_to_character_boundaries(text in "[a-c0-2 ０-２\u{200b}\u{ad}é٣]{0,24}") {
            let view = View::of(&text);
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
