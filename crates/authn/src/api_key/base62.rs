//! Digits and letters: a double click selects all of it.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The last `N` digits to base 62 of `number`, a big-endian one. With 64 bits more than `N` digits hold, every text is as likely as
/// any other but for a part in 2⁶⁴.
pub(super) fn digits<const N: usize>(number: &mut [u8]) -> [u8; N] {
    let mut text = [b'0'; N];
    for digit in text.iter_mut().rev() {
        let remainder = number.iter_mut().fold(0_u32, |carry, byte| {
            let value = carry << 8 | u32::from(*byte);
            *byte = (value / 62) as u8;
            value % 62
        });
        *digit = ALPHABET.get(remainder as usize).copied().unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_are_those_of_the_number() {
        assert_eq!(digits::<3>(&mut [0]), *b"000");
        assert_eq!(digits::<3>(&mut [61]), *b"00z");
        assert_eq!(digits::<3>(&mut [62]), *b"010");
        assert_eq!(digits::<6>(&mut [0xff; 4]), *b"4gfFC3");
        assert_eq!(digits::<2>(&mut [0xff; 4]), *b"C3", "what does not fit is cut off");
    }

    proptest! {
        #[test]
        fn no_number_panics_and_every_digit_counts(number in any::<u32>()) {
            let text = digits::<6>(&mut number.to_be_bytes());
            let value = |byte: u8| ALPHABET.iter().position(|digit| *digit == byte).unwrap() as u64;
            prop_assert_eq!(text.iter().fold(0, |sum, byte| sum * 62 + value(*byte)), u64::from(number));
        }
    }
}
