//! Letters moved by thirteen, texts and words written backwards.

use super::Lure;
use super::slot::{Reading, Sink};
use crate::Span;
use crate::fold::FOLD_ASCII;

/// How much of a text is turned at once, from where a term's image begins.
pub(super) const SEGMENT: usize = 512;

/// The letter thirteen places on, of either case; anything else stays.
pub(crate) fn rot13(byte: u8) -> u8 {
    match byte {
        b'a'..=b'm' | b'A'..=b'M' => byte + 13,
        b'n'..=b'z' | b'N'..=b'Z' => byte - 13,
        _ => byte,
    }
}

/// Where the segment ends that starts at `start`, if that is known: with its line, or after [`SEGMENT`] bytes.
pub(super) fn segment(text: &str, last: bool) -> Option<&str> {
    let mut end = SEGMENT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let segment = text.get(..end)?;
    match segment.find('\n') {
        Some(line) => segment.get(..line),
        None => (last || text.len() >= SEGMENT).then_some(segment),
    }
}

/// Puts what `text`, which starts at `start`, says when it is turned.
pub(super) fn turn(lure: Lure, text: &str, start: usize, sink: &mut Sink<'_, '_>) {
    let mut put = |(at, c): (usize, char)| {
        let span = Span::new(start + at, start + at + c.len_utf8());
        if lure == Lure::Rot13 {
            let folded = match FOLD_ASCII.get(c as usize) {
                Some(_) => sink.put(&[u8::try_from(c).map_or(b' ', rot13)], span),
                None => match sink.fold(c).as_slice() {
                    [byte] => sink.put(&[rot13(*byte)], span),
                    [] => Reading::More,
                    bytes => sink.put(bytes, span),
                },
            };
            return folded == Reading::More;
        }
        sink.put(c.encode_utf8(&mut [0; 4]).as_bytes(), span) == Reading::More
    };
    match lure {
        Lure::Mirror => {
            let _ = text.char_indices().rev().all(put);
        }
        Lure::MirrorWords => {
            let mut from = 0;
            for word in text.split_inclusive(char::is_whitespace) {
                let letters = word.trim_end_matches(char::is_whitespace);
                let turned = letters
                    .char_indices()
                    .rev()
                    .chain(word.char_indices().skip_while(|(at, _)| *at < letters.len()));
                if !turned.map(|(at, c)| (from + at, c)).all(&mut put) {
                    break;
                }
                from += word.len();
            }
        }
        _ => {
            let _ = text.char_indices().all(put);
        }
    }
}
