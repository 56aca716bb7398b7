use super::token;
use super::{Vault, VaultError, VaultLimits, mask, redact};
use crate::pii::Pii;
use crate::{Found, Kind, Span};
use proptest::prelude::*;
use stockade_core::{Seal, SealContext, SealError, Secret, SystemEntropy};

fn found(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    Pii::new().find(text, &mut found);
    found
}

fn vault() -> Vault {
    Vault::new(&SystemEntropy).unwrap()
}

/// Not a cipher: holds the context against the one that was sealed for.
#[derive(Debug)]
struct Envelope;

impl Seal for Envelope {
    fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        Ok([context.to_bytes().as_slice(), plaintext].concat())
    }

    fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let plain = sealed.strip_prefix(context.to_bytes().as_slice()).ok_or(SealError::Refused)?;
        Ok(Secret::new(plain.to_vec()))
    }
}

#[test]
fn labels_and_masks() {
    let text = "jo@example.org, 4111 1111 1111 1111, +1 202 555 0143, 192.0.2.1, 12345678Z";
    assert_eq!(redact(text, &found(text)), "[EMAIL], [CARD], [PHONE], [IP], [NATIONAL_ID]");
    assert_eq!(
        mask(text, &found(text)),
        "j***@example.org, **** **** **** 1111, +* *** *** 0143, [IP], [NATIONAL_ID]"
    );
}

#[test]
fn confusion_findings_of_another_text_show_nothing() {
    let other = [
        Found { kind: crate::pii::EMAIL, span: Span::new(1, 90) },
        Found { kind: crate::pii::IP, span: Span::new(0, 1) },
    ];
    assert_eq!(redact("é", &other), "[REDACTED]");
    assert!(matches!(vault().redact("é", &other), Err(VaultError::Full)));
}

#[test]
fn the_same_value_has_the_same_token_in_one_vault_and_another_in_the_next() {
    let (text, mut one, mut other) = ("jo@example.org and jo@example.org", vault(), vault());
    let redacted = one.redact(text, &found(text)).unwrap();
    let (first, second) = redacted.split_once(" and ").unwrap();
    assert_eq!(first, second);
    assert_ne!(redacted, other.redact(text, &found(text)).unwrap());
    assert_eq!(other.restore(&redacted).unwrap(), redacted);
}

#[test]
fn injection_of_tokens_gives_nothing_of_the_vault_away() {
    let mut vault = vault();
    let token = vault.redact("jo@example.org", &found("jo@example.org")).unwrap();
    // Somebody who saw the token sends it, hoping to have it restored as a value of their own.
    for text in [
        token.clone(),
        format!("[{token}]"),
        format!("[EMAIL:{}:7]", vault.name),
        format!("{token} x@example.org"),
    ] {
        let redacted = vault.redact(&text, &found(&text)).unwrap();
        assert!(!redacted.contains(&token), "{redacted}");
        assert_eq!(vault.restore(&redacted).unwrap(), text);
    }
}

#[test]
fn changed_tokens_stay_as_they_are() {
    let mut vault = vault();
    let token = vault.redact("jo@example.org", &found("jo@example.org")).unwrap();
    for text in [
        token.to_lowercase(),
        token.replace(':', " : "),
        token.replace(":0]", ":00]"),
        token.replace("EMAIL", "CARD"),
        token.replace(":0]", ":1]"),
    ] {
        assert_eq!(vault.restore(&text).unwrap(), text);
    }
}

#[test]
fn flood_fills_a_vault_and_no_more() {
    let limits = VaultLimits { values: 2, bytes: 40, restored: 100 };
    let mut vault = Vault::with_limits(&SystemEntropy, limits).unwrap();
    let three = "a@example.org b@example.org c@example.org";
    assert!(matches!(vault.redact(three, &found(three)), Err(VaultError::Full)));
    assert_eq!(vault.len(), 2);
    let token = vault.redact("a@example.org", &found("a@example.org")).unwrap();
    assert!(vault.restore(&token).is_ok());
    let mut large =
        Vault::with_limits(&SystemEntropy, VaultLimits { restored: 200, ..VaultLimits::default() }).unwrap();
    let long = format!("{}@example.org", "a".repeat(60));
    let token = large.redact(&long, &found(&long)).unwrap();
    assert!(matches!(large.restore(&token.repeat(50)), Err(VaultError::TooLong)));
}

#[test]
fn sealed_it_opens_for_its_owner_alone() {
    let mut vault = vault();
    let text = "jo@example.org 192.0.2.1";
    let redacted = vault.redact(text, &found(text)).unwrap();
    let sealed = vault.seal(&Envelope, &["acme", "talk-1"]).unwrap();
    let opened = Vault::open(&Envelope, &["acme", "talk-1"], &sealed, VaultLimits::default()).unwrap();
    assert_eq!(opened.restore(&redacted).unwrap(), text);
    assert!(matches!(
        Vault::open(&Envelope, &["acme", "talk-2"], &sealed, VaultLimits::default()),
        Err(VaultError::Seal(SealError::Refused))
    ));
    let few = VaultLimits { values: 1, ..VaultLimits::default() };
    assert!(matches!(Vault::open(&Envelope, &["acme", "talk-1"], &sealed, few), Err(VaultError::Corrupt)));
    assert_eq!(format!("{opened:?}"), "Vault { values: 2, .. }");
}

#[test]
fn truncation_of_what_was_sealed_is_seen() {
    let mut vault = vault();
    vault.redact("jo@example.org", &found("jo@example.org")).unwrap();
    let sealed = vault.seal(&Envelope, &[]).unwrap();
    let context = SealContext::new("guardrails.vault", &[]).to_bytes().len();
    for len in context..sealed.len() {
        let opened = Vault::open(&Envelope, &[], &sealed[..len], VaultLimits::default());
        // Between two values it is a vault of fewer; the seal of a real cipher sees that too.
        assert!(matches!(opened, Err(VaultError::Corrupt)) || len == context + 1 + token::NAME_LEN);
    }
}

proptest! {
    #[test]
    fn restore_inverts_redact(
        parts in prop::collection::vec("(jo@example\\.org|192\\.0\\.2\\.[1-9]|4111 1111 1111 1111|TOKEN|[\\[\\]:A-Zé0-9 ]{0,6}|\\[EMAIL:|:[0-3]\\]|NAME)", 0..12),
        cuts in prop::collection::vec((0_usize..60, 1_usize..9), 0..4),
    ) {
        let mut vault = vault();
        let known = vault.redact("x@example.org", &found("x@example.org")).unwrap();
        let text = parts.concat().replace("TOKEN", &known).replace("NAME", &vault.name);
        let mut all = found(&text);
        // Findings of no detector in particular, across whatever stands there.
        all.extend(cuts.iter().filter_map(|(start, len)| {
            text.get(*start..start + len).map(|_| Found { kind: Kind::new("other"), span: Span::new(*start, start + len) })
        }));
        let redacted = vault.redact(&text, &all).unwrap();
        prop_assert_eq!(vault.restore(&redacted).unwrap(), text);
    }

    #[test]
    fn no_bytes_open_to_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), name in "[0-9a-z]{8}") {
        for head in [vec![], [&[1_u8][..], name.as_bytes()].concat()] {
            let context = SealContext::new("guardrails.vault", &[]).to_bytes();
            let sealed = [context, head, bytes.clone()].concat();
            let _ = Vault::open(&Envelope, &[], &sealed, VaultLimits::default());
        }
    }
}
