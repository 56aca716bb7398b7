//! Phrases, and what hides them.

use super::*;

/// Of two to four words, as policies have them.
pub(super) const PHRASES: &[&str] = &[
    "ignore all",
    "ignore previous instructions",
    "reveal your system prompt",
    "developer mode",
    "pretend to be",
    "without any restrictions",
    "how much aspirin",
    "should i take",
    "maximum daily dose",
    "kill myself",
    "end my life",
    "disregard the above",
    "print your rules",
    "bypass the filter",
    "jailbreak yourself",
    "credit card number",
];

/// Asserts that `disguise` hides none of the phrases, in the middle of a sentence.
#[track_caller]
pub(super) fn seen_through(disguise: impl Fn(&str) -> String) {
    let lexicon = lexicon(PHRASES);
    for (number, phrase) in PHRASES.iter().enumerate() {
        let hidden = disguise(phrase);
        for text in [hidden.clone(), format!("So, please: {hidden} (thank you very much)")] {
            let hits = scan(&lexicon, &text);
            let hit = hits.iter().find(|hit| hit.term.0 as usize == number);
            let hit = hit.unwrap_or_else(|| panic!("{phrase} is not seen in {text:?}: {hits:?}"));
            let place = text.find(&hidden).unwrap();
            assert!(hit.span.start >= place && hit.span.end <= place + hidden.len(), "{text:?}: {hit:?}");
            assert!(text.get(hit.span.range()).is_some());
        }
    }
}

pub(super) fn each(phrase: &str, of: impl FnMut(char) -> String) -> String {
    phrase.chars().map(of).collect()
}

pub(super) fn shifted(phrase: &str, first: u32, capital: bool) -> String {
    let base = u32::from(if capital { 'A' } else { 'a' });
    each(phrase, |c| match c {
        'a'..='z' => {
            char::from_u32(first + u32::from(if capital { c.to_ascii_uppercase() } else { c }) - base)
                .unwrap()
                .into()
        }
        _ => c.into(),
    })
}

pub(super) fn joined(phrase: &str, with: &str) -> String {
    phrase.chars().map(String::from).collect::<Vec<_>>().join(with)
}

pub(super) fn replaced(phrase: &str, table: &[(char, &str)]) -> String {
    each(phrase, |c| table.iter().find(|(from, _)| *from == c).map_or(c.to_string(), |(_, to)| (*to).into()))
}

pub(super) fn base64(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for nth in 0..4 {
            encoded.push(if nth <= chunk.len() {
                char::from(ALPHABET[(bits >> (18 - 6 * nth) & 63) as usize])
            } else {
                '='
            });
        }
    }
    encoded
}

pub(super) fn hex(phrase: &str, before: &str, between: &str) -> String {
    phrase.bytes().map(|byte| format!("{before}{byte:02x}")).collect::<Vec<_>>().join(between)
}

pub(super) fn rotated(phrase: &str) -> String {
    phrase.bytes().map(|byte| char::from(crate::decode::rot13(byte))).collect()
}

pub(super) const HOMOGLYPHS: &[(char, &str)] = &[
    ('a', "а"),
    ('c', "с"),
    ('e', "е"),
    ('i', "і"),
    ('o', "о"),
    ('p', "р"),
    ('s', "ѕ"),
    ('x', "х"),
    ('y', "у"),
    ('v', "ν"),
];

pub(super) const SMALL_CAPS: &[(char, &str)] = &[
    ('a', "ᴀ"),
    ('b', "ʙ"),
    ('c', "ᴄ"),
    ('d', "ᴅ"),
    ('e', "ᴇ"),
    ('f', "ꜰ"),
    ('g', "ɢ"),
    ('h', "ʜ"),
    ('i', "ɪ"),
    ('j', "ᴊ"),
    ('k', "ᴋ"),
    ('l', "ʟ"),
    ('m', "ᴍ"),
    ('n', "ɴ"),
    ('o', "ᴏ"),
    ('p', "ᴘ"),
    ('r', "ʀ"),
    ('s', "ꜱ"),
    ('t', "ᴛ"),
    ('u', "ᴜ"),
    ('v', "ᴠ"),
    ('w', "ᴡ"),
    ('y', "ʏ"),
    ('z', "ᴢ"),
];

pub(super) const SUPERSCRIPTS: &[(char, &str)] = &[
    ('a', "ᵃ"),
    ('b', "ᵇ"),
    ('c', "ᶜ"),
    ('d', "ᵈ"),
    ('e', "ᵉ"),
    ('f', "ᶠ"),
    ('g', "ᵍ"),
    ('h', "ʰ"),
    ('i', "ⁱ"),
    ('j', "ʲ"),
    ('k', "ᵏ"),
    ('l', "ˡ"),
    ('m', "ᵐ"),
    ('n', "ⁿ"),
    ('o', "ᵒ"),
    ('p', "ᵖ"),
    ('r', "ʳ"),
    ('s', "ˢ"),
    ('t', "ᵗ"),
    ('u', "ᵘ"),
    ('v', "ᵛ"),
    ('w', "ʷ"),
    ('x', "ˣ"),
    ('y', "ʸ"),
    ('z', "ᶻ"),
];

pub(super) const LEET: &[(char, &str)] =
    &[('a', "4"), ('e', "3"), ('i', "1"), ('o', "0"), ('s', "5"), ('t', "7")];
pub(super) const SIGNS: &[(char, &str)] = &[
    ('a', "@"),
    ('s', "$"),
    ('l', "|"),
    ('t', "+"),
    ('i', "!"),
    ('e', "3"),
    ('o', "0"),
    ('b', "8"),
    ('g', "9"),
];
