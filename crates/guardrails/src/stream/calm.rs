//! Text in which no detector finds anything.

/// Whether a character is part of prose, and of no number, address or key.
#[inline]
pub(super) fn is_calm(c: char) -> bool {
    match c {
        'a'..='z'
        | 'A'..='Z'
        | ' '
        | '\n'
        | '\t'
        | '\r'
        | '.'
        | ','
        | ';'
        | '!'
        | '?'
        | '\''
        | '"'
        | '('
        | ')'
        | '*'
        | '`' => true,
        '\0'..='\u{bf}' => false,
        // Letters of scripts without compatibility forms, and marks of prose.
        '\u{c0}'..='\u{2af}' | '\u{370}'..='\u{52f}' | '\u{531}'..='\u{65f}' | '\u{671}'..='\u{6ef}' => {
            c.is_alphabetic()
        }
        '\u{900}'..='\u{1fff}' => c.is_alphabetic(),
        '\u{2018}'..='\u{201f}' | '\u{2026}' | '\u{3001}'..='\u{301f}' | '\u{3040}'..='\u{30ff}' => true,
        '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => true,
        _ => false,
    }
}

/// A word of prose has no more characters; what has, may be a key.
pub(super) const LONGEST_WORD: usize = 15;
