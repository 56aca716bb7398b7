//! Addresses of the two most used block chains.

/// BIP 173's longest.
const BECH32_MAX: usize = 90;

/// Whether the word is an Ethereum address, or a Bitcoin address in bech32 with a right checksum (BIP 173, BIP 350). The older
/// Base58 addresses need a hash to be told from other words and are left out.
pub(super) fn is_address(word: &[u8]) -> bool {
    match word {
        [b'0', b'x' | b'X', digits @ ..] => digits.len() == 40 && digits.iter().all(u8::is_ascii_hexdigit),
        [b'b' | b'B', b'c' | b'C', b'1', data @ ..] => {
            let one_case =
                !word.iter().any(u8::is_ascii_lowercase) || !word.iter().any(u8::is_ascii_uppercase);
            one_case && (14..=BECH32_MAX).contains(&word.len()) && is_bech32(data)
        }
        _ => false,
    }
}

fn is_bech32(data: &[u8]) -> bool {
    const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    // The human-readable part `bc`, expanded.
    let mut sum = [3, 3, 0, 2, 3].into_iter().fold(1, step);
    for byte in data {
        let lower = byte.to_ascii_lowercase();
        let Some(value) = LETTERS.iter().position(|letter| *letter == lower) else { return false };
        sum = step(sum, u32::try_from(value).unwrap_or_default());
    }
    matches!(sum, 1 | 0x2bc8_30a3)
}

fn step(sum: u32, value: u32) -> u32 {
    const GENERATORS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let shifted = (sum & 0x01ff_ffff) << 5 ^ value;
    GENERATORS
        .iter()
        .enumerate()
        .fold(shifted, |sum, (bit, generator)| if top >> bit & 1 == 1 { sum ^ generator } else { sum })
}
