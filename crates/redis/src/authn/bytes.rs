//! Bytes in rows and names.

use std::fmt::Write as _;
use stockade_core::StoreError;

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(super) fn unhex<const N: usize>(text: &str) -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return Err(StoreError::corrupt("bytes of another length"));
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(StoreError::corrupt)?;
        *byte = u8::from_str_radix(pair, 16).map_err(StoreError::corrupt)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_nonsense_does_not() {
        let bytes: [u8; 32] = std::array::from_fn(|n| n as u8 * 8 + 7);
        assert_eq!(unhex(&hex(&bytes)).unwrap(), bytes);
        for nonsense in ["", "0", "0g", "000", "é"] {
            assert!(unhex::<1>(nonsense).is_err(), "{nonsense}");
        }
    }
}
