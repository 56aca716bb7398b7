//! Sets of ASCII characters, and what a run of them is worth.

/// A set of ASCII characters.
#[derive(Clone, Copy)]
pub(super) struct Class(u128);

impl Class {
    pub(super) const fn of(members: &str) -> Self {
        let (bytes, mut set, mut at) = (members.as_bytes(), 0_u128, 0);
        while at < bytes.len() {
            set |= 1 << (bytes[at] & 0x7f);
            at += 1;
        }
        Self(set)
    }

    pub(super) const fn and(self, members: &str) -> Self {
        Self(self.0 | Self::of(members).0)
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, byte: u8) -> bool {
        byte < 0x80 && self.0 >> byte & 1 == 1
    }

    /// How many bytes from the start of `bytes` belong to it, at most `most`.
    pub(super) fn run(self, bytes: &[u8], most: usize) -> usize {
        bytes.iter().take(most).take_while(|byte| self.has(**byte)).count()
    }
}

pub(super) const DIGIT: Class = Class::of("0123456789");
pub(super) const LOWER: Class = Class::of("abcdefghijklmnopqrstuvwxyz");
pub(super) const UPPER: Class = Class::of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
pub(super) const HEX: Class = DIGIT.and("abcdefABCDEF");
pub(super) const LOWER_NUM: Class = LOWER.or(DIGIT);
pub(super) const UPPER_NUM: Class = UPPER.or(DIGIT);
pub(super) const ALPHA: Class = LOWER.or(UPPER);
pub(super) const ALNUM: Class = ALPHA.or(DIGIT);
/// RFC 4648 base32.
pub(super) const BASE32: Class = UPPER.and("234567");
pub(super) const WORD: Class = ALNUM.and("_");
/// RFC 4648 base64url.
pub(super) const URL64: Class = WORD.and("-");
/// RFC 4648 base64.
pub(super) const BASE64: Class = ALNUM.and("+/=");
/// Bech32 (BIP 173) in capitals, as age writes its identities.
pub(super) const BECH32: Class = Class::of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L");

/// Whether the bytes have at least so many bits a byte.
pub(super) fn is_random(bytes: &[u8], least: f32) -> bool {
    // Of so few sorts of bytes, no more can come: told at once, where a text is full of them.
    let sorts = bytes.iter().take(SAMPLE).fold(0_u128, |sorts, byte| sorts | 1 << (byte & 0x7f)).count_ones();
    (bytes.iter().any(|byte| *byte >= 0x80) || (sorts as f32).log2() >= least) && entropy(bytes) >= least
}

/// How much of a value is looked at.
const SAMPLE: usize = 1024;

/// Shannon's entropy of the bytes, in bits a byte.
pub(super) fn entropy(bytes: &[u8]) -> f32 {
    let mut counts = [0_u16; 256];
    let bytes = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or_default();
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let all = bytes.len() as f32;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f32::from(*count) / all)
        .map(|share| -share * share.log2())
        .sum()
}

/// Whether somebody wrote it in place of a secret: `xxxxxxxx`, `YOUR_TOKEN`, `AKIA…EXAMPLE`, `1234567890`.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    if is_regular(value) {
        return true;
    }
    // By their first four letters.
    let mut last = 0_u32;
    value.iter().take(SAMPLE / 4).enumerate().any(|(place, byte)| {
        last = last << 8 | u32::from(byte.to_ascii_lowercase());
        let starts = place >= 3 && STARTS.contains(&last);
        let rest = value.get(place.saturating_sub(3)..).unwrap_or_default();
        let follows =
            |word: &&[u8]| rest.get(..word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word));
        starts && WORDS.iter().any(follows)
    })
}

/// Words that stand in place of secrets.
const WORDS: [&[u8]; 14] = [
    b"example",
    b"xxxxx",
    b"placeholder",
    b"your",
    b"changeme",
    b"change_me",
    b"redacted",
    b"dummy",
    b"_here",
    b"-here",
    b"insert",
    b"replace",
    b"todo",
    b"*****",
];

/// The first four letters of each.
const STARTS: [u32; WORDS.len()] = {
    let (mut starts, mut at) = ([0; WORDS.len()], 0);
    while at < WORDS.len() {
        let word = WORDS[at];
        starts[at] = u32::from_be_bytes([word[0], word[1], word[2], word[3]]);
        at += 1;
    }
    starts
};

/// Whether most of it counts up, or repeats one character.
fn is_regular(value: &[u8]) -> bool {
    let value = value.get(..value.len().min(SAMPLE / 4)).unwrap_or_default();
    let pairs = value.iter().zip(value.iter().skip(1)).filter(|(one, two)| {
        let (one, two) = (one.to_ascii_lowercase(), two.to_ascii_lowercase());
        one == two || one.wrapping_add(1) == two
    });
    value.len() >= 8 && pairs.count() * 5 > value.len() * 3
}
