//! A typed code is six digits or ten symbols, or it is refused; and what is read has one spelling.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_authn::factor::{BackupCode, TotpCode};

fuzz_target!(|text: &str| {
    let digits: String = text.chars().filter(|c| *c != ' ').collect();
    let six_digits = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit());
    let short = text.len() <= TotpCode::MAX_TYPED_LEN;
    assert_eq!(TotpCode::parse(text).is_ok(), six_digits && short);

    if let Ok(code) = BackupCode::parse(text) {
        assert!(text.len() <= BackupCode::MAX_TYPED_LEN);
        let shown = code.to_text();
        assert_eq!(shown.expose().len(), 11);
        assert_eq!(BackupCode::parse(shown.expose()), Ok(code.clone()));
        assert_eq!(BackupCode::parse(&text.to_ascii_uppercase()), Ok(code));
    }
});
