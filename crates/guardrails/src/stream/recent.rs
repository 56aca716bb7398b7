/// The last characters of a text, in lower case: as many as the longest word has that matters.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Recent(u128);

impl Recent {
    #[inline]
    pub(super) fn push(&mut self, c: char) {
        let byte = u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or_default();
        self.0 = self.0 << 8 | u128::from(byte.to_ascii_lowercase());
    }

    /// Whether they are `word` at the end.
    #[inline(always)]
    pub(super) fn ends(self, word: &[u8]) -> bool {
        // Words are constants, and so is what is made of them here.
        let (word, mask) = word.iter().fold((0, 0), |(word, mask), byte| {
            (word << 8 | u128::from(*byte), mask << 8 | u128::from(u8::MAX))
        });
        self.0 & mask == word
    }
}
