/// The last characters of a text, in lower case: as many as the longest word has that matters.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Recent(u128);

impl Recent {
    pub(super) fn push(&mut self, c: char) {
        let byte = u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or_default();
        self.0 = self.0 << 8 | u128::from(byte.to_ascii_lowercase());
    }

    /// Whether they are `word` at the end.
    pub(super) fn ends(self, word: &[u8]) -> bool {
        word.iter().rev().enumerate().all(|(nth, byte)| self.back(nth) == *byte)
    }

    /// The `nth` from the end.
    fn back(self, nth: usize) -> u8 {
        self.0.to_le_bytes().get(nth).copied().unwrap_or_default()
    }
}
