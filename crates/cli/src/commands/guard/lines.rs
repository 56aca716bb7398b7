//! Lines of any length, read with a bound.

use std::io::{self, BufRead, Read};

/// The longest line that is kept: a text of the guard's own limit (1 MiB) of which JSON has escaped each byte, and room.
pub(super) const MAX_LINE: usize = 8 * 1024 * 1024;

/// One line of the input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It is in the buffer, without its end.
    Whole,
    /// It was longer than [`MAX_LINE`], and has been passed over.
    TooLong,
}

/// Reads the next line into `buffer`; `None` at the end of the input.
pub(super) fn next(input: &mut impl BufRead, buffer: &mut Vec<u8>) -> io::Result<Option<Line>> {
    buffer.clear();
    let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX).saturating_add(1);
    if input.by_ref().take(limit).read_until(b'\n', buffer)? == 0 {
        return Ok(None);
    }
    if buffer.last() == Some(&b'\n') {
        buffer.pop();
    } else if buffer.len() > MAX_LINE {
        buffer.clear();
        input.skip_until(b'\n')?;
        return Ok(Some(Line::TooLong));
    }
    Ok(Some(Line::Whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_without_a_line_end_is_passed_over_and_what_follows_is_read() {
        let mut text = vec![b'x'; MAX_LINE + 1];
        text.extend_from_slice(b"x\nafter\n");
        let (mut input, mut buffer) = (&text[..], Vec::new());
        assert_eq!(next(&mut input, &mut buffer).unwrap(), Some(Line::TooLong));
        assert_eq!(next(&mut input, &mut buffer).unwrap(), Some(Line::Whole));
        assert_eq!(buffer, b"after");
        assert_eq!(next(&mut input, &mut buffer).unwrap(), None);
    }

    #[test]
    fn the_longest_line_is_kept_and_the_last_one_needs_no_end() {
        let mut text = vec![b'x'; MAX_LINE];
        text.extend_from_slice(b"\n\nlast");
        let (mut input, mut buffer) = (&text[..], Vec::new());
        for len in [MAX_LINE, 0, 4] {
            assert_eq!(next(&mut input, &mut buffer).unwrap(), Some(Line::Whole));
            assert_eq!(buffer.len(), len);
        }
        assert_eq!(next(&mut input, &mut buffer).unwrap(), None);
    }
}
