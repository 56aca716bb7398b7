//! Numbers and bytes in stored hashes: one spelling of each.

use base64ct::{Base64, Base64Unpadded, Encoding};
use zeroize::Zeroizing;

/// The most bytes of a salt or a hash.
pub(super) const MAX_BYTES: usize = 64;

/// A hash cut shorter than this would let chance, or the empty text, match.
pub(super) const MIN_HASH_BYTES: usize = 16;

/// RFC 8018 §4.1: at least 8 bytes of salt.
pub(super) const MIN_SALT_BYTES: usize = 8;

/// A decimal number without sign or leading zeros.
pub(super) fn number(text: &str) -> Option<u32> {
    let is_canonical = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    is_canonical.then(|| text.parse().ok()).flatten()
}

/// A number behind its name.
pub(super) fn named(name: &str, text: &str) -> Option<u32> {
    text.strip_prefix(name).and_then(number)
}

/// Base64 without padding, as PHC strings have it.
pub(super) fn unpadded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    Base64Unpadded::decode_vec(text).ok().map(Zeroizing::new)
}

/// The same with `.` for `+`, as passlib writes it.
pub(super) fn dotted(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    (!text.contains('+')).then(|| unpadded(&text.replace('.', "+"))).flatten()
}

/// Base64 with padding, as Django has it.
pub(super) fn padded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    Base64::decode_vec(text).ok().map(Zeroizing::new)
}

/// A salt that stands there as it is, as Django has it.
pub(super) fn plain_salt(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    text.bytes().all(|byte| byte.is_ascii_graphic()).then(|| Zeroizing::new(text.as_bytes().to_vec()))
}

/// Whether salt and hash have lengths to work with.
pub(super) fn lengths_fit(salt: &[u8], hash: &[u8], max_hash: usize) -> bool {
    (MIN_SALT_BYTES..=MAX_BYTES).contains(&salt.len()) && (MIN_HASH_BYTES..=max_hash).contains(&hash.len())
}
