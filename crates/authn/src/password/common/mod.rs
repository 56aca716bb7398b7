//! Passwords that many people have, known without asking anybody.

use super::{BreachCheckError, BreachedPasswords, Exposure, Password};
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;
use zeroize::Zeroizing;

/// The first bytes of a word's SHA-256.
type Fingerprint = [u8; 4];

/// Made by `cargo xtask common-passwords` of what the crate `zxcvbn` ships: the 30,000 most common passwords, first names,
/// surnames, and the 10,000 most common words of English in writing and in film; the 24,738 of them that have 8 or more
/// characters.
static BUILT_IN: &[u8] = include_bytes!("fingerprints.bin");

/// A list of passwords to refuse, kept as four bytes a word: sorted prefixes of SHA-256.
///
/// Case does not count, nor does repetition: `passwordpassword` is as common as `password`.
///
/// A false positive costs somebody another try: with `n` words it happens once in 2³² / n passwords, that is once in 170,000
/// with the built-in list. There are no false negatives: a word that went in is found.
#[derive(Clone)]
pub struct CommonPasswords {
    sorted: Cow<'static, [Fingerprint]>,
}

impl CommonPasswords {
    /// The most words of a list of one's own, at 4 MB and one false positive in 4000 passwords.
    pub const MAX_WORDS: usize = 1_000_000;

    /// The list that every policy has: more than the 3000 that ASVS 6.2.4 asks for, names and words of
    /// English among them. 97 KB, a part of the program.
    #[must_use]
    pub fn built_in() -> Self {
        let (sorted, _) = BUILT_IN.as_chunks();
        Self { sorted: Cow::Borrowed(sorted) }
    }

    /// A list of one's own, for instance that of another language. The first [`MAX_WORDS`](Self::MAX_WORDS) are taken.
    #[must_use]
    pub fn from_words<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Self {
        Self::from_first(Self::MAX_WORDS, words)
    }

    fn from_first<W: AsRef<str>>(most: usize, words: impl IntoIterator<Item = W>) -> Self {
        let words = words.into_iter().take(most);
        let mut sorted: Vec<_> = words.map(|word| fingerprint(&word.as_ref().to_lowercase())).collect();
        sorted.sort_unstable();
        sorted.dedup();
        Self { sorted: Cow::Owned(sorted) }
    }

    /// Whether `typed` is on the list, or a repetition of what is. Costs a hash of it, and one more for each shorter piece
    /// that it repeats.
    pub(super) fn contains(&self, typed: &str) -> bool {
        let folded = Zeroizing::new(typed.to_lowercase());
        self.has(&folded) || repeated_pieces(&folded).any(|piece| self.has(piece))
    }

    fn has(&self, word: &str) -> bool {
        self.sorted.binary_search(&fingerprint(word)).is_ok()
    }
}

/// The pieces of which `text` is a repetition. A length has few divisors, so these are few.
fn repeated_pieces(text: &str) -> impl Iterator<Item = &str> {
    let repeats = |piece: &&str| {
        text.len().is_multiple_of(piece.len())
            && text.as_bytes().chunks(piece.len()).all(|chunk| chunk == piece.as_bytes())
    };
    (1..=text.len() / 2).filter_map(|len| text.get(..len)).filter(repeats)
}

fn fingerprint(word: &str) -> Fingerprint {
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(word).into();
    [a, b, c, d]
}

#[async_trait]
impl BreachedPasswords for CommonPasswords {
    async fn check(&self, password: &Password) -> Result<Exposure, BreachCheckError> {
        let found = self.contains(&password.normalized());
        Ok(if found { Exposure::Found { times: None } } else { Exposure::NotFound })
    }
}

impl fmt::Debug for CommonPasswords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommonPasswords").field("words", &self.sorted.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn asvs_v6_2_4_the_built_in_list_has_more_than_three_thousand_passwords_of_eight_characters() {
        let list = CommonPasswords::built_in();
        assert!(list.sorted.len() > 20_000);
        assert!(list.sorted.is_sorted() && BUILT_IN.len() == list.sorted.len() * 4);
        for common in ["password", "12345678", "baseball", "football", "qwertyuiop", "1234567890", "jennifer"]
        {
            assert!(list.contains(common), "{common}");
        }
    }

    #[test]
    fn dressing_up_by_case_or_repetition_does_not_help() {
        let list = CommonPasswords::built_in();
        assert!(list.contains("PassWord"));
        assert!(list.contains("passwordPASSWORD"));
        assert!(list.contains(&"12345678".repeat(64)));
        assert!(!list.contains("password password"));
        assert!(!list.contains(""));
    }

    /// The rate that the documentation states; the words are fixed, so that this cannot fail by chance.
    #[test]
    fn false_positives_are_as_rare_as_stated() {
        let list = CommonPasswords::built_in();
        let wrong = (0..100_000).filter(|n| list.contains(&format!("no such word {n}"))).count();
        assert!(wrong <= 3, "{wrong}");
    }

    #[test]
    fn flood_of_words_is_cut() {
        let list = CommonPasswords::from_first(10, (0..).map(|n: u64| n.to_string()));
        assert_eq!((list.contains("9"), list.contains("10")), (true, false));
    }

    proptest! {
        #[test]
        fn no_word_that_went_in_is_missed(words in proptest::collection::vec("\\PC{1,20}", 1..20), times in 1_usize..4) {
            let list = CommonPasswords::from_words(&words);
            for word in &words {
                prop_assert!(list.contains(&word.to_lowercase().repeat(times)));
            }
        }

        #[test]
        fn no_text_panics(typed in "\\PC{0,100}") {
            let _ = CommonPasswords::built_in().contains(&typed);
        }
    }
}
