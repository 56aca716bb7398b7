//! A text is a refresh token only if it is, byte for byte, one of those that were issued.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use stockade_authn::refresh::{Nonce, RefreshKeys};
use stockade_core::{Entropy, EntropyError, Secret, SessionId};

static OLDER: LazyLock<RefreshKeys> = LazyLock::new(|| RefreshKeys::new(&Secret::new([2; 32])));
static KEYS: LazyLock<RefreshKeys> =
    LazyLock::new(|| RefreshKeys::new(&Secret::new([1; 32])).with_older(&Secret::new([2; 32])).expect("two keys"));

/// A first token, its successor, and a first token under the older key.
static ISSUED: LazyLock<[String; 3]> = LazyLock::new(|| {
    let (first, _) = KEYS.first(session(), &Fixed).expect("entropy");
    let (older, _) = OLDER.first(session(), &Fixed).expect("entropy");
    let presented = KEYS.read(first.expose()).expect("ours");
    let (second, _) = KEYS.successor(&presented, &Nonce::from_bytes([3; 32]));
    [first, second, older].map(|token| token.expose().clone())
});

#[derive(Debug)]
struct Fixed;

impl Entropy for Fixed {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(4);
        Ok(())
    }
}

fuzz_target!(|text: &str| {
    let issued = ISSUED.iter().position(|token| token == text);
    match KEYS.read(text) {
        Ok(token) => {
            let index = issued.expect("nobody issued it");
            assert_eq!(token.session(), session());
            assert_eq!(token.generation(), u32::from(index == 1));
        }
        Err(_) => assert_eq!(issued, None, "an issued token is refused"),
    }
    assert!(
        OLDER.read(text).is_err() || issued == Some(2),
        "the older key does not know the newer one's tokens"
    );
});

fn session() -> SessionId {
    SessionId::from_bytes([5; 16])
}
