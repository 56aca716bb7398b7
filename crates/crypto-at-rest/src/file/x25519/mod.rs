//! age's own key pairs: X25519 (RFC 7748), written in Bech32 (BIP 173).

mod identity;
mod recipient;
#[cfg(test)]
mod tests;

pub use identity::X25519Identity;
pub use recipient::X25519Recipient;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

/// The stanza's type.
pub(super) const KIND: &str = "X25519";
const INFO: &[u8] = b"age-encryption.org/v1/X25519";

/// The key that wraps: nothing where the shared secret is zero, as with a share of low order.
fn wrap_key(
    secret: &StaticSecret,
    other: &[u8; 32],
    share: &[u8; 32],
    recipient: &[u8; 32],
) -> Option<Zeroizing<[u8; 32]>> {
    let shared = secret.diffie_hellman(&PublicKey::from(*other));
    if !shared.was_contributory() {
        return None;
    }
    let salt = [*share, *recipient].concat();
    Some(super::wrap::hkdf(&salt, shared.as_bytes(), INFO))
}

/// 32 bytes from their one spelling in Bech32 under `hrp`, whose letters must stand in that case.
fn decode(text: &str, hrp: &str) -> Option<Zeroizing<[u8; 32]>> {
    // 52 characters of data and 6 of checksum behind the separator
    if text.len() != hrp.len() + 1 + 52 + 6 || !text.starts_with(hrp) {
        return None;
    }
    let checked = CheckedHrpstring::new::<Bech32>(text).ok()?;
    let mut bytes = Zeroizing::new([0; 32]);
    let mut decoded = checked.byte_iter();
    for byte in bytes.iter_mut() {
        *byte = decoded.next()?;
    }
    let upper = hrp.bytes().any(|byte| byte.is_ascii_uppercase());
    (decoded.next().is_none() && *encode(&bytes, hrp, upper) == text).then_some(bytes)
}

#[expect(clippy::expect_used, reason = "32 bytes fit Bech32's 90 characters, and the prefixes are constants")]
fn encode(bytes: &[u8; 32], hrp: &str, upper: bool) -> Zeroizing<String> {
    let hrp = Hrp::parse(hrp).expect("a good prefix");
    let text = if upper {
        bech32::encode_upper::<Bech32>(hrp, bytes)
    } else {
        bech32::encode_lower::<Bech32>(hrp, bytes)
    };
    Zeroizing::new(text.expect("32 bytes fit"))
}
