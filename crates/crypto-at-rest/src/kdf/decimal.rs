//! Numbers with one spelling.

/// The number that `text` spells in decimal digits without sign or leading zero. Anything else, and 2^64 and above, is `None`.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let canonical = text == "0" || !text.starts_with('0');
    (canonical && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confusion_a_number_has_one_spelling() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("65536"), Some(65_536));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for text in ["", "00", "01", "+1", "-1", " 1", "1 ", "1_0", "0x1", "1e3", "١", "18446744073709551616"]
        {
            assert_eq!(decimal(text), None, "{text:?}");
        }
    }
}
