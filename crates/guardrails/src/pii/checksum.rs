//! The check digits that several numbers share.

/// ISO/IEC 7812-1 annex B.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(nth, digit)| {
            let digit = u32::from(*digit);
            if nth % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// The sum of the digits, each times its weight.
pub(super) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// Verhoeff 1969: the dihedral group of order ten.
pub(super) fn verhoeff(digits: &[u8]) -> bool {
    const TURN: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let mut check = 0;
    for (nth, digit) in digits.iter().rev().enumerate() {
        let mut turned = *digit;
        for _ in 0..nth % 8 {
            turned = TURN.get(usize::from(turned)).copied().unwrap_or_default();
        }
        check = dihedral(check, turned);
    }
    !digits.is_empty() && check == 0
}

/// The product in the dihedral group: 0 to 4 rotate, 5 to 9 reflect.
fn dihedral(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a - 5 + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// ISO 7064 MOD 11,10, the check digit last.
pub(super) fn mod_11_10(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, digit| {
        let sum = (u32::from(*digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(*check)
}

/// ISO 7064 MOD 97-10 over letters and digits; letters count 10 to 35. `None` for anything else.
pub(super) fn mod_97(text: impl Iterator<Item = u8>) -> Option<u32> {
    let mut rest = 0;
    for byte in text {
        rest = match byte {
            b'0'..=b'9' => rest * 10 + u32::from(byte - b'0'),
            b'A'..=b'Z' => rest * 100 + u32::from(byte - b'A') + 10,
            b'a'..=b'z' => rest * 100 + u32::from(byte - b'a') + 10,
            _ => return None,
        } % 97;
    }
    Some(rest)
}

/// The check digit of GTIN-13.
pub(super) fn ean13(digits: &[u8]) -> bool {
    digits.len() == 13 && weighted(digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

/// Whether a month has such a day, February always 29: the year is not always known.
pub(super) fn is_day(month: u64, day: u64) -> bool {
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    /// The examples that circulate for each of them.
    #[test]
    fn published_examples_hold_and_a_changed_digit_does_not() {
        type Check = fn(&[u8]) -> bool;
        let cases: [(Check, &str); 4] =
            [(luhn, "79927398713"), (verhoeff, "2363"), (mod_11_10, "794623"), (ean13, "4006381333931")];
        for (check, text) in cases {
            let mut digits = digits(text);
            assert!(check(&digits), "{text}");
            if let Some(first) = digits.first_mut() {
                *first = (*first + 1) % 10;
            }
            assert!(!check(&digits), "{text} changed");
            assert!(!check(&[]));
        }
    }
}
