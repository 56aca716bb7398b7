//! Personal data of any text stands at places that can be cut out of it, the same each time; a selection finds what the whole finds of it;
//! and what a vault takes out of a text it puts back, whatever looked like its tokens before.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_core::{Entropy, EntropyError};
use stockade_guardrails::pii::{Luhn, Pii};
use stockade_guardrails::vault::{Vault, VaultError, mask, redact};
use stockade_guardrails::{Found, Kind, resolve};

/// Names the vault by what an input can guess.
#[derive(Debug)]
struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(0);
        Ok(())
    }
}

fn find(pii: &Pii, text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    pii.find(text, &mut found);
    found
}

fuzz_target!(|text: &str| {
    let pii = Pii::new().with_luhn(Luhn::Ignored);
    let all = find(&pii, text);
    for one in &all {
        assert!(!one.span.is_empty() && text.get(one.span.range()).is_some());
    }
    assert_eq!(find(&pii, text), all);
    for selector in ["email", "phone", "national-id"] {
        let of = |kind: Kind| kind.is_selected_by(selector);
        let selected: Vec<_> = all.iter().copied().filter(|one| of(one.kind)).collect();
        assert_eq!(find(&pii.clone().only([selector]), text), selected);
    }
    let mut apart = all.clone();
    resolve(&mut apart);
    assert!(apart.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    let _ = (redact(text, &all), mask(text, &all));
    let mut vault = Vault::new(&Zeros).expect("zeros are enough");
    match vault.redact(text, &all) {
        Ok(redacted) => assert_eq!(vault.restore(&redacted).expect("it was shorter"), text),
        Err(error) => assert!(matches!(error, VaultError::Full)),
    }
});
