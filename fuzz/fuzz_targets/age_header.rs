//! A header that is read has one spelling, opens for nobody by chance, and can be inspected.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use stockade_core::{Secret, SystemEntropy};
use stockade_crypto_at_rest::file::{
    FileContext, Header, HeaderError, Identity, MAX_HEADER_LEN, MAX_STANZAS, Passphrase, PassphraseCaps,
    RingAccess, X25519Identity, inspect,
};
use stockade_crypto_at_rest::kdf::KdfCaps;
use stockade_crypto_at_rest::ring::{KeyRing, Keys};
use stockade_fuzz::clock;

static X25519: LazyLock<X25519Identity> =
    LazyLock::new(|| X25519Identity::generate(&SystemEntropy).expect("randomness"));
static RING: LazyLock<RingAccess> = LazyLock::new(|| {
    let ring = KeyRing::generate(&SystemEntropy, &clock()).expect("randomness");
    RingAccess::new(Keys::new(ring), FileContext::new().with("a", "b"))
});
/// As cheap as caps can make it: a fuzzer has no time for derivations.
static PASSPHRASE: LazyLock<Passphrase> = LazyLock::new(|| {
    let kdf = KdfCaps { memory_kib: 0, memory_passes_kib: 0, lanes: 0, iterations: 0 };
    Passphrase::new(Secret::new("fuzz".to_owned())).with_caps(PassphraseCaps { scrypt_log_n: 6, kdf })
});

fuzz_target!(|bytes: &[u8]| {
    let _ = inspect(bytes, None);
    let Ok(header) = Header::parse(bytes) else { return };
    assert!(header.len() <= MAX_HEADER_LEN && header.stanzas().len() <= MAX_STANZAS);
    assert!(bytes.starts_with(header.as_bytes()));
    assert_eq!(inspect(bytes, Some(bytes.len() as u64)).expect("it was read").header_len, header.len());
    let identities: [&dyn Identity; 3] = [&*X25519, &*RING, &*PASSPHRASE];
    match header.unlock(&identities) {
        Ok(_) => panic!("it opens with keys that nobody sealed it for"),
        Err(HeaderError::Refused | HeaderError::Key(_) | HeaderError::BadStanza { .. }) => {}
        Err(HeaderError::TooMuchWork { .. } | HeaderError::Kdf(_)) => {}
        Err(error) => panic!("{error:?}"),
    }
});
