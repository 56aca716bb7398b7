//! A text is a one-time token only if it is, byte for byte, one of those that were issued, and only for its purpose.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use stockade_authn::one_time::{OneTimeDigest, OneTimeKeys, Purpose};
use stockade_core::{Entropy, EntropyError, Secret};

static OLDER: LazyLock<OneTimeKeys> = LazyLock::new(|| OneTimeKeys::new(&Secret::new([2; 32])));
static KEYS: LazyLock<OneTimeKeys> =
    LazyLock::new(|| OneTimeKeys::new(&Secret::new([1; 32])).with_older(&Secret::new([2; 32])).expect("two keys"));

/// For each purpose a token under the current key, and one under the older.
static ISSUED: LazyLock<Vec<(Purpose, String, OneTimeDigest)>> = LazyLock::new(|| {
    let made = |purpose| [&*KEYS, &*OLDER].map(|keys| (purpose, keys.make(purpose, &Fixed).expect("entropy")));
    let tokens = Purpose::ALL.into_iter().flat_map(made);
    tokens.map(|(purpose, (token, digest))| (purpose, token.expose().clone(), digest)).collect()
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
    for purpose in Purpose::ALL {
        let issued = ISSUED.iter().find(|(of, token, _)| *of == purpose && token == text);
        assert_eq!(KEYS.read(purpose, text).ok(), issued.map(|(_, _, digest)| *digest));
    }
});
