//! Base64url (RFC 4648 §5) for tokens, which are no secret: by tables, eight times as fast as in constant time. Keys are read by `base64ct`.

use super::FernetError;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Set in the entry of a character outside the alphabet.
const STRANGE: u32 = 0xFF00_0000;

/// One table for each place in a group of four characters, with the bits where they belong among the group's 24.
static TABLES: [[u32; 256]; 4] = [table(18), table(12), table(6), table(0)];

const fn table(shift: u32) -> [u32; 256] {
    let mut table = [STRANGE; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        table[ALPHABET[value] as usize] = (value as u32) << shift;
        value += 1;
    }
    table
}

/// The octets that so many characters, ending in so many `=`, stand for; `None` where no text is so long.
pub(super) fn decoded_len(text_len: u64, padding: u64) -> Option<u64> {
    if text_len == 0 || !text_len.is_multiple_of(4) || padding > 2 {
        return None;
    }
    (text_len / 4 * 3).checked_sub(padding)
}

/// How many of the last two characters are `=`.
pub(super) fn padding(text: &[u8]) -> u64 {
    text.iter().rev().take(2).take_while(|&&character| character == b'=').count() as u64
}

/// Decodes all of `text` to fill `octets`, which must be just as long as it needs.
pub(super) fn decode(text: &[u8], octets: &mut [u8]) -> Result<(), FernetError> {
    if decoded_len(text.len() as u64, padding(text)) != Some(octets.len() as u64) {
        return Err(FernetError::Refused);
    }
    let (pairs, _) = text.as_chunks::<8>();
    // The last group may end in `=`.
    let pairs = &pairs[..(text.len() - 4) / 8];
    let mut strange = 0;
    for (characters, six) in pairs.iter().zip(octets.as_chunks_mut::<6>().0) {
        // Loaded at once: the tables need the processor's load ports for themselves.
        let eight = u64::from_le_bytes(*characters);
        let (first, second) = (group(eight as u32), group((eight >> 32) as u32));
        strange |= first | second;
        let both = u64::from(first) << 40 | u64::from(second & !STRANGE) << 16;
        six.copy_from_slice(&both.to_be_bytes()[..6]);
    }
    let rest = octets.get_mut(pairs.len() * 6..).unwrap_or_default();
    for (characters, place) in text[pairs.len() * 8..].as_chunks::<4>().0.iter().zip(rest.chunks_mut(3)) {
        strange |= last_group(*characters, place);
    }
    if strange & STRANGE == 0 { Ok(()) } else { Err(FernetError::Refused) }
}

/// Four characters, the first in the lowest bits, to 24 bits and [`STRANGE`].
fn group(four: u32) -> u32 {
    let [first, second, third, fourth] = &TABLES;
    let at = |shift: u32| (four >> shift & 0xFF) as usize;
    first[at(0)] | second[at(8)] | third[at(16)] | fourth[at(24)]
}

/// A group that fills only as many octets as its `place` has. Bits that would fall off must be zero.
fn last_group([a, b, mut c, mut d]: [u8; 4], place: &mut [u8]) -> u32 {
    if place.len() < 3 {
        d = ALPHABET[0];
    }
    if place.len() < 2 {
        c = ALPHABET[0];
    }
    let bits = group(u32::from_le_bytes([a, b, c, d]));
    let [_, octets @ ..] = bits.to_be_bytes();
    let (kept, lost) = octets.split_at(place.len());
    place.copy_from_slice(kept);
    if lost.iter().all(|octet| *octet == 0) { bits } else { STRANGE }
}
