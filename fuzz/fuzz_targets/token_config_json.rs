//! Settings that validate make tokens that their own verifier takes, for as long as they say and the leeway.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};
use stockade_authn::access::{AccessIssuer, AccessVerifier, Grant, TokenConfig};
use stockade_authn::jose::KeyRing;
use stockade_core::SystemEntropy;
use stockade_fuzz::{clock, keys, signing_key};

static RING: LazyLock<Arc<KeyRing>> =
    LazyLock::new(|| Arc::new(KeyRing::new(signing_key(), []).expect("one key")));

fuzz_target!(|text: &str| {
    let Ok(config) = serde_json::from_str::<TokenConfig>(text) else { return };
    let clock = clock();
    let issuer = AccessIssuer::new(RING.clone(), config.clone(), clock.clone(), Arc::new(SystemEntropy));
    assert_eq!(issuer.is_ok(), config.validate().is_ok());
    let Ok(issuer) = issuer else { return };
    let verifier = AccessVerifier::new(keys(), config.clone(), clock.clone()).expect("as good for both");

    let subject = "user-1".parse().expect("an id");
    let issued = issuer.issue(Grant::new(subject)).expect("a token without roles fits");
    assert_eq!(issued.expires_in, config.access_ttl);
    let holds = || verifier.verify(issued.token.expose()).is_ok();
    assert!(holds());
    clock.advance(config.access_ttl);
    assert_eq!(holds(), !config.leeway.is_zero());
    clock.advance(config.leeway);
    assert!(!holds());
});
