/// Look-alikes that have neither a compatibility decomposition (UAX #15) nor a Latin prototype (UTS #39). Blocks and names after the
/// Unicode code charts: "Phonetic Extensions" and "Latin Extended-D" (small capitals), "IPA Extensions" (turned letters), "Enclosed
/// Alphanumeric Supplement" (negative and regional letters), "General Punctuation" (quotation marks and dashes).
pub(super) fn extra(c: char) -> Option<&'static str> {
    SINGLES
        .binary_search_by_key(&c, |(single, _)| *single)
        .ok()
        .map(|at| SINGLES[at].1)
        .or_else(|| enclosed(c))
}

/// Letters in brackets, circles and squares, each block in the order of the alphabet.
fn enclosed(c: char) -> Option<&'static str> {
    const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz";
    let nth = [0x249c, 0x24b6, 0x24d0, 0x1f110, 0x1f130, 0x1f150, 0x1f170, 0x1f1e6]
        .into_iter()
        .find_map(|first| (c as u32).checked_sub(first).filter(|nth| *nth < 26))? as usize;
    ALPHABET.get(nth..=nth)
}

/// In the order of their code points.
const SINGLES: &[(char, &str)] = &[
    ('ƃ', "g"),
    ('ǝ', "e"),
    ('ɐ', "a"),
    ('ɔ', "c"),
    ('ɘ', "e"),
    ('ə', "e"),
    ('ɟ', "f"),
    ('ɢ', "g"),
    ('ɥ', "h"),
    ('ɪ', "i"),
    ('ɯ', "m"),
    ('ɴ', "n"),
    ('ɶ', "oe"),
    ('ɹ', "r"),
    ('ʀ', "r"),
    ('ʇ', "t"),
    ('ʌ', "v"),
    ('ʍ', "m"),
    ('ʎ', "y"),
    ('ʏ', "y"),
    ('ʙ', "b"),
    ('ʛ', "g"),
    ('ʜ', "h"),
    ('ʞ', "k"),
    ('ʟ', "l"),
    ('ʼ', ""),
    ('ᴀ', "a"),
    ('ᴁ', "ae"),
    ('ᴄ', "c"),
    ('ᴅ', "d"),
    ('ᴇ', "e"),
    ('ᴉ', "i"),
    ('ᴊ', "j"),
    ('ᴋ', "k"),
    ('ᴌ', "l"),
    ('ᴍ', "m"),
    ('ᴎ', "n"),
    ('ᴏ', "o"),
    ('ᴘ', "p"),
    ('ᴙ', "r"),
    ('ᴚ', "r"),
    ('ᴛ', "t"),
    ('ᴜ', "u"),
    ('ᴠ', "v"),
    ('ᴡ', "w"),
    ('ᴢ', "z"),
    ('ᵻ', "i"),
    ('‐', " "),
    ('‑', " "),
    ('‒', " "),
    ('–', " "),
    ('—', " "),
    ('―', " "),
    ('‘', ""),
    ('’', ""),
    ('“', "\""),
    ('”', "\""),
    ('−', " "),
    ('ⱻ', "e"),
    ('ꜰ', "f"),
    ('ꜱ', "s"),
    ('ꞯ', "q"),
    ('\u{fff9}', ""),
    ('\u{fffa}', ""),
    ('\u{fffb}', ""),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singles_are_in_order() {
        assert!(SINGLES.is_sorted_by(|a, b| a.0 < b.0), "a binary search looks through them");
    }

    #[test]
    fn every_block_of_enclosed_letters_ends_with_z() {
        for last in ['⒵', 'Ⓩ', 'ⓩ', '🄩', '🅉', '🅩', '🆉', '🇿'] {
            assert_eq!(extra(last), Some("z"), "{last}");
        }
    }
}
