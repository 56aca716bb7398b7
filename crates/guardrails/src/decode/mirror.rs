//! Letters moved by thirteen, texts and words written backwards.

use super::Lure;
use super::origins::Shape;
use super::slot::{Reading, Sink};

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
    match lure {
        Lure::Mirror => {
            let _ = mirror(text, start, sink);
        }
        Lure::MirrorWords => {
            let mut from = start;
            for word in text.split_inclusive(char::is_whitespace) {
                let letters = word.trim_end_matches(char::is_whitespace);
                let blank = word.get(letters.len()..).unwrap_or_default().as_bytes();
                if mirror(letters, from, sink) == Reading::Done
                    || sink.put(blank, from + letters.len(), Shape::Same) == Reading::Done
                {
                    break;
                }
                from += word.len();
            }
        }
        _ => {
            let _ = rotate(text, start, sink);
        }
    }
}

/// The characters of `text` from the last to the first.
fn mirror(text: &str, start: usize, sink: &mut Sink<'_, '_>) -> Reading {
    if text.is_ascii() {
        return sink.put_all(text.bytes().rev(), start + text.len(), Shape::Back);
    }
    for (at, c) in text.char_indices().rev() {
        let mut utf8 = [0; 4];
        let bytes = c.encode_utf8(&mut utf8).as_bytes();
        if sink.put(bytes, start + at, Shape::Same) == Reading::Done {
            return Reading::Done;
        }
    }
    Reading::More
}

fn rotate(text: &str, start: usize, sink: &mut Sink<'_, '_>) -> Reading {
    if text.is_ascii() {
        return sink.put_all(text.bytes().map(rot13), start, Shape::Same);
    }
    for (at, c) in text.char_indices() {
        let reading = match (u8::try_from(c), sink.fold(c).as_slice()) {
            (Ok(ascii), _) if ascii.is_ascii() => sink.put(&[rot13(ascii)], start + at, Shape::Same),
            (_, []) => Reading::More,
            (_, [byte]) => sink.put(&[rot13(*byte)], start + at, Shape::Whole(c.len_utf8())),
            (_, bytes) => sink.put(bytes, start + at, Shape::Whole(c.len_utf8())),
        };
        if reading == Reading::Done {
            return Reading::Done;
        }
    }
    Reading::More
}
