//! Finding names in passwords, however they are dressed.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroizing;

/// Shorter words stand in too many good passwords by chance.
const FEWEST_WORD_CHARS: usize = 4;

/// Whether `password` has any of `words` in it and, without all of them, fewer than `enough` letters and digits.
///
/// Costs the product of their lengths at most; both are bounded.
pub(super) fn is_mostly<'a>(password: &str, words: impl Iterator<Item = &'a str>, enough: usize) -> bool {
    let folded = fold(password);
    let mut covered = Zeroizing::new(vec![false; folded.len()]);
    for word in words {
        let word = fold(word);
        if word.len() < FEWEST_WORD_CHARS {
            continue;
        }
        for (at, window) in folded.windows(word.len()).enumerate() {
            if *window == **word {
                covered.iter_mut().skip(at).take(word.len()).for_each(|place| *place = true);
            }
        }
    }
    covered.contains(&true) && covered.iter().filter(|place| !**place).count() < enough
}

/// Letters and digits only, without case and accents, with the usual stand-ins read as what they stand for.
fn fold(text: &str) -> Zeroizing<Vec<char>> {
    // Lower case and decomposition lengthen a text by less than this; growing would leave copies behind.
    let mut folded = Zeroizing::new(Vec::with_capacity(text.len().saturating_mul(4)));
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    folded.extend(plain.map(stand_in).filter(|c| c.is_alphanumeric()));
    folded
}

fn stand_in(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' | 'l' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' => 't',
        plain => plain,
    }
}
