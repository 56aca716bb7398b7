//! Looks for words in bytes, in every form in which a careless program leaves them.

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};
use std::collections::HashMap;

/// So many bytes of a needle are looked up at once; none is shorter.
const PREFIX: usize = 8;

pub(super) struct Scan {
    needles: HashMap<[u8; PREFIX], Vec<(String, Vec<u8>)>>,
}

impl Scan {
    pub(super) fn for_words(words: &[&str]) -> Self {
        let mut needles: HashMap<_, Vec<_>> = HashMap::new();
        for word in words {
            for (form, needle) in forms(word) {
                let prefix = *needle.first_chunk().expect("a needle is longer");
                needles.entry(prefix).or_default().push((format!("`{word}` as {form}"), needle));
            }
        }
        Self { needles }
    }

    /// Every word in `bytes`, with its form and place; a form that begins within another is not told again.
    pub(super) fn in_bytes(&self, name: &str, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        let mut past = 0;
        for (at, window) in bytes.windows(PREFIX).enumerate() {
            let Some(candidates) = self.needles.get(window) else { continue };
            if at < past {
                continue;
            }
            if let Some((what, needle)) =
                candidates.iter().find(|(_, needle)| bytes[at..].starts_with(needle))
            {
                found.push(format!("{what} in {name} at {at}"));
                past = at + needle.len();
            }
        }
        found
    }
}

/// `word` as it may lie about.
pub(super) fn forms(word: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = word.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let utf16 = |order: fn(u16) -> [u8; 2]| word.encode_utf16().flat_map(order).collect();
    let mut forms = vec![
        ("text", bytes.to_vec()),
        ("UTF-16, little end first", utf16(u16::to_le_bytes)),
        ("UTF-16, big end first", utf16(u16::to_be_bytes)),
        ("hex in capitals", hex.to_uppercase().into_bytes()),
        ("hex", hex.into_bytes()),
        ("text backwards", bytes.iter().rev().copied().collect()),
    ];
    for other in [word.to_lowercase(), word.to_uppercase()] {
        if other != word {
            forms.push(("text in another case", other.into_bytes()));
        }
    }
    // Base64 depends on how many bytes stand before: the characters that do not depend on what stands around.
    for shift in 0..3 {
        let shifted = [&[0; 3][..shift], bytes].concat();
        for (name, text) in [
            ("base64", Base64Unpadded::encode_string(&shifted)),
            ("base64url", Base64UrlUnpadded::encode_string(&shifted)),
        ] {
            let (from, to) = ((shift * 8).div_ceil(6), shifted.len() * 8 / 6);
            let own = text.as_bytes()[from..to].to_vec();
            if own.len() >= PREFIX && !forms.iter().any(|(_, form)| *form == own) {
                forms.push((name, own));
            }
        }
    }
    forms
}

pub(super) fn base64(bytes: &[u8]) -> String {
    Base64Unpadded::encode_string(bytes)
}
