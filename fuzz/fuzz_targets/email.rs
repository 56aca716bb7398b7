//! An address holds nothing that could end a mail header or add a recipient, and comparing it is stable.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_authn::EmailAddress;

fuzz_target!(|text: &str| {
    let Ok(email) = EmailAddress::parse(text) else { return };
    for form in [email.as_str(), email.canonical()] {
        assert!(form.len() <= EmailAddress::MAX_LEN);
        assert_eq!(form.matches('@').count(), 1);
        assert!(!form.contains(|c: char| c.is_control() || c.is_whitespace() || "<>\",;".contains(c)));
        let again = EmailAddress::parse(form).expect("an address reads as an address");
        assert_eq!(again.as_str(), form);
        assert_eq!(again.canonical(), email.canonical());
    }
    let (local, domain) = email.canonical().split_once('@').expect("two sides");
    assert_eq!(format!("{email:?}"), format!("EmailAddress(…@{domain})"));
    assert!(!local.is_empty() && !domain.is_empty());
});
