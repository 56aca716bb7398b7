//! Characters that were cut in two.

/// Puts together text whose pieces end anywhere, in the middle of a character too.
///
/// ```
/// use stockade_guardrails::Utf8Chunks;
/// let mut chunks = Utf8Chunks::default();
/// assert_eq!(chunks.push(b"caf\xc3").unwrap(), "caf");
/// assert_eq!(chunks.push(b"\xa9 noir").unwrap(), "é noir");
/// assert!(chunks.push(b"\xff").is_err());
/// ```
#[derive(Debug, Default)]
pub struct Utf8Chunks {
    text: String,
    /// The beginning of a character.
    begun: [u8; 4],
    len: usize,
}

/// The bytes are no UTF-8. What was pushed before stands; nothing of the piece does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is no utf-8")]
pub struct InvalidUtf8;

impl Utf8Chunks {
    /// The characters that are complete with `bytes`.
    ///
    /// # Errors
    /// [`InvalidUtf8`]; a text that ends within a character is told by [`finish`](Self::finish).
    pub fn push(&mut self, bytes: &[u8]) -> Result<&str, InvalidUtf8> {
        self.text.clear();
        let mut rest = bytes;
        while self.len > 0 {
            let Some((&next, after)) = rest.split_first() else { return Ok(&self.text) };
            *self.begun.get_mut(self.len).ok_or(InvalidUtf8)? = next;
            self.len += 1;
            rest = after;
            match std::str::from_utf8(self.begun.get(..self.len).unwrap_or_default()) {
                Ok(character) => {
                    self.text.push_str(character);
                    self.len = 0;
                }
                Err(error) if error.error_len().is_some() => return Err(InvalidUtf8),
                Err(_) => {}
            }
        }
        let complete = match std::str::from_utf8(rest) {
            Ok(text) => text,
            Err(error) if error.error_len().is_some() => return Err(InvalidUtf8),
            Err(error) => {
                let (complete, begun) = rest.split_at(error.valid_up_to());
                self.len = begun.len();
                for (to, from) in self.begun.iter_mut().zip(begun) {
                    *to = *from;
                }
                std::str::from_utf8(complete).map_err(|_| InvalidUtf8)?
            }
        };
        self.text.push_str(complete);
        Ok(&self.text)
    }

    /// The end.
    ///
    /// # Errors
    /// [`InvalidUtf8`]: it is in the middle of a character.
    pub fn finish(self) -> Result<(), InvalidUtf8> {
        if self.len == 0 { Ok(()) } else { Err(InvalidUtf8) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_inside_of_characters_are_put_together() {
        let text = "añ漢😀b";
        for cut in 0..text.len() {
            let mut chunks = Utf8Chunks::default();
            let mut whole = chunks.push(&text.as_bytes()[..cut]).unwrap().to_owned();
            whole.push_str(chunks.push(&text.as_bytes()[cut..]).unwrap());
            assert_eq!((whole.as_str(), chunks.finish()), (text, Ok(())));
        }
        let mut byte_by_byte = Utf8Chunks::default();
        let whole: String = text.bytes().map(|byte| byte_by_byte.push(&[byte]).unwrap().to_owned()).collect();
        assert_eq!(whole, text);
        for wrong in [&b"\xc3\x28"[..], b"\xff", b"\xe2\x82\xff", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"] {
            let mut chunks = Utf8Chunks::default();
            assert!(wrong.iter().any(|byte| chunks.push(&[*byte]).is_err()), "{wrong:?}");
        }
        let mut cut = Utf8Chunks::default();
        let _ = cut.push("é".as_bytes().get(..1).unwrap()).unwrap();
        assert_eq!(cut.finish(), Err(InvalidUtf8));
    }
}
