//! The seam between the formats of this crate and who computes ChaCha20-Poly1305 for them.
//!
//! Both back ends give the same bytes; a test compares them wherever both are compiled. Hashes, key derivation and curves have
//! one implementation and need no seam.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(any(not(feature = "aws-lc-rs"), test))]
mod rust_crypto;
#[cfg(test)]
mod tests;

#[cfg(feature = "aws-lc-rs")]
use aws_lc as chosen;
#[cfg(not(feature = "aws-lc-rs"))]
use rust_crypto as chosen;

pub(crate) use chosen::ChaCha20Poly1305;

use zeroize::Zeroizing;

/// Octets of a key of RFC 8439.
pub(crate) const KEY_LEN: usize = 32;
/// Octets of a tag of RFC 8439.
pub(crate) const TAG_LEN: usize = 16;
/// Octets of a nonce of XChaCha20-Poly1305.
pub(crate) const XNONCE_LEN: usize = 24;

/// It does not open, or is too long for the cipher. Deliberately without a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused;

/// XChaCha20-Poly1305 for one nonce: HChaCha20 makes the key of this one message (draft-irtf-cfrg-xchacha, section 2.3).
pub(crate) fn xchacha(key: &[u8; KEY_LEN], nonce: &[u8; XNONCE_LEN]) -> (ChaCha20Poly1305, [u8; 12]) {
    let (mut first, mut rest) = ([0; 16], [0; 12]);
    first.copy_from_slice(&nonce[..16]);
    rest[4..].copy_from_slice(&nonce[16..]);
    let subkey = Zeroizing::new(chacha20::hchacha::<chacha20::R20>(key.into(), &first.into()).0);
    (ChaCha20Poly1305::new(&subkey), rest)
}
