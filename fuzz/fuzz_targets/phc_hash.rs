//! A stored hash costs no more than the caps allow, matches at most one password, and is current only with today's parameters.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use std::sync::{Arc, LazyLock};
use stockade_authn::password::{
    Argon2Params, HashKind, Password, PasswordError, PasswordHash, PasswordHasher, PepperId, Peppers,
    StoredParamCaps, Verification,
};
use stockade_core::{Secret, SystemEntropy};

/// What one input may cost, in KiB times passes; the hasher's own caps allow more than a fuzzer has time for.
const BUDGET: u64 = 2048;

static HASHER: LazyLock<PasswordHasher> = LazyLock::new(|| {
    let peppers = Peppers::new(PepperId(1), Secret::new([9; 32]));
    PasswordHasher::new(Argon2Params::insecure_for_tests(), peppers, Arc::new(SystemEntropy))
        .expect("a hasher")
});

fuzz_target!(|text: &str| -> Corpus {
    let (memory, passes) = (largest(text, "m="), largest(text, "t="));
    let caps = StoredParamCaps::default();
    let allowed = memory <= u64::from(caps.memory_kib) && passes <= u64::from(caps.passes);
    if allowed && memory * passes > BUDGET {
        return Corpus::Reject;
    }
    let Ok(hash) = PasswordHash::from_phc(text.to_owned()) else { return Corpus::Keep };
    if hash.kind().is_some_and(|kind| kind != HashKind::Argon2id) {
        return Corpus::Reject;
    }
    match HASHER.verify(&password("fuzz"), Some(&hash)) {
        Ok(verification @ (Verification::Match | Verification::MatchOutdated)) => {
            assert!(allowed && text.starts_with("$argon2id$v=19$"));
            assert_eq!(HASHER.verify(&password("fuzzy"), Some(&hash)), Ok(Verification::Mismatch));
            let current = text.contains("$m=64,t=1,p=1,keyid=");
            assert_eq!(verification == Verification::Match, current);
        }
        Ok(Verification::Mismatch) => assert!(allowed),
        Err(PasswordError::CostlyHash { memory_kib, passes, lanes }) => {
            assert!(memory_kib > caps.memory_kib || passes > caps.passes || lanes > caps.lanes);
        }
        Err(_) => {}
    }
    Corpus::Keep
});

fn password(typed: &str) -> Password {
    Password::new(typed.to_owned()).expect("short enough")
}

/// The largest number that stands behind `name`, read more generously than any parser would.
fn largest(text: &str, name: &str) -> u64 {
    let number = |rest: &str| {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse().unwrap_or_default()
    };
    text.match_indices(name).map(|(at, _)| number(&text[at + name.len()..])).max().unwrap_or_default()
}
