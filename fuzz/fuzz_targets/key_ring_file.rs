//! A key-ring file has one spelling, and opens only as it was sealed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_core::Secret;
use stockade_crypto_at_rest::ring::wrap::{KeyWrapper, WrapError};
use stockade_crypto_at_rest::ring::{KeyState, SealedRing, Unlock};

/// Sealed by [`Mirror`].
const GENUINE: &[u8] = include_bytes!("../../crates/crypto-at-rest/src/ring/sealed/version_1.toml");

/// A wrapper that costs nothing and hides nothing.
#[derive(Debug)]
struct Mirror;

impl KeyWrapper for Mirror {
    fn name(&self) -> &str {
        "test:mirror"
    }

    fn wrap(&self, _: &Secret<[u8; 32]>) -> Result<Vec<u8>, WrapError> {
        Err(WrapError::Refused)
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, WrapError> {
        let key: Vec<u8> = wrapped.iter().map(|octet| octet ^ 0x5a).collect();
        key.try_into().map(Secret::new).map_err(|_| WrapError::Refused)
    }
}

// The input is a file, or what to alter in a genuine one (place, place, octet): its first octet says which.
fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else { return };
    let text = if first % 2 == 0 { rest.to_vec() } else { altered(rest) };
    let Ok(sealed) = SealedRing::parse(&text) else { return };
    assert_eq!(sealed.to_text().as_bytes(), text, "one spelling");
    // Passwords would cost, and what they open is judged by the same code.
    match sealed.open(&Unlock::wrapper(Mirror)) {
        Ok(ring) => {
            assert_eq!(text, GENUINE, "nobody guesses a tag");
            assert!(ring.keys().eq(sealed.keys()));
            assert_eq!(ring.keys().filter(|key| key.state == KeyState::Active).count(), 1);
            assert!(ring.keys().all(|key| ring.key(key.id).is_ok() == (key.state != KeyState::Destroyed)));
        }
        Err(_) => assert_ne!(text, GENUINE),
    }
});

fn altered(changes: &[u8]) -> Vec<u8> {
    let mut text = GENUINE.to_vec();
    for change in changes.as_chunks::<3>().0 {
        let place = usize::from(u16::from_be_bytes([change[0], change[1]])) % text.len();
        text[place] ^= change[2];
    }
    text
}
