//! The checksum that GitHub and npm put at the end of their tokens.

/// CRC-32 (ISO 3309) of `bytes`, bit by bit: it is asked for forty bytes at a time, and rarely.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 },
        )
    })
}

/// Whether the last six characters are the CRC-32 of those before them, in base 62 with digits first, then capitals.
pub(super) fn holds(body: &[u8]) -> bool {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let Some((random, check)) = body.len().checked_sub(6).and_then(|at| body.split_at_checked(at)) else {
        return false;
    };
    let mut sum = crc32(random);
    check.iter().rev().all(|byte| {
        let digit = DIGITS[(sum % 62) as usize];
        sum /= 62;
        digit == *byte
    })
}

#[cfg(test)]
pub(super) fn sum(random: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let sum = crc32(random.as_bytes());
    (0..6_u32).rev().map(|place| DIGITS[(sum / 62_u32.pow(place) % 62) as usize] as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check value of the CRC catalogue.
    #[test]
    fn the_sum_is_the_published_one() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }
}
