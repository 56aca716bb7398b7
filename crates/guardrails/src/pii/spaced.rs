//! Identity numbers that are not one word.

use super::national;
use super::number::{Gap, Number};
use crate::Kind;

/// Identity numbers with letters that spaces, dots or hyphens part from the digits.
pub(super) fn spaced(bytes: &[u8], number: &Number, from: usize) -> Option<(Kind, (usize, usize), usize)> {
    let groups = number.groups();
    let (start, apart) = (groups.get(from)?.start, |at: usize| {
        !bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric())
    });
    // AB 12 34 56 C
    let named = || {
        let word = start.checked_sub(3).and_then(|at| bytes.get(at..start));
        matches!(word, Some([one, two, b' ']) if one.is_ascii_alphabetic() && two.is_ascii_alphabetic())
    };
    if number.has_lens(from, &[2, 2, 2]) && number.joined_by(from, from + 3, Gap::Space) && named() {
        let (start, end) = (start.checked_sub(3)?, groups.get(from + 2)?.end + 2);
        let open = start.checked_sub(1).is_none_or(apart);
        let word: Vec<u8> = bytes.get(start..end)?.iter().copied().filter(|byte| *byte != b' ').collect();
        let kind = national::token(&word).filter(|_| open && apart(end) && word.len() == 9)?;
        return Some((kind, (start, end), 3));
    }
    // 131052-308T
    if number.has_lens(from, &[6]) || number.has_lens(from, &[6, 3]) {
        let end = start + 11;
        let word = bytes.get(start..end).filter(|word| matches!(word.get(6), Some(b'-' | b'+')))?;
        let kind = national::token(word).filter(|_| apart(end))?;
        let taken = groups.get(from..)?.iter().take_while(|group| group.start < end).count();
        return Some((kind, (start, end), taken));
    }
    // 12345678Z
    let tail =
        bytes.get(groups.get(from)?.end..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if tail > 0 {
        let end = groups.get(from)?.end + tail;
        let word = bytes.get(start..end).filter(|word| word.len() <= national::LONGEST)?;
        return Some((national::token(word)?, (start, end), 1));
    }
    // 12.345.678-Z, 12345678-Z
    let taken = match number.has_lens(from, &[2, 3, 3]) && number.joined_by(from, from + 3, Gap::Dot) {
        true => 3,
        false if number.has_lens(from, &[8]) => 1,
        false => return None,
    };
    let end = groups.get(from + taken - 1)?.end + 2;
    if !bytes.get(end - 1).is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let word: Vec<u8> = bytes.get(start..end)?.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    let kind = national::token(&word).filter(|_| word.len() == 9 && apart(end))?;
    Some((kind, (start, end), taken))
}
