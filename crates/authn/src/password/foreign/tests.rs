//! Known answers are those of other implementations: Python's `hashlib` and glibc's `crypt`.

use crate::password::{
    Argon2Params, HashKind, Password, PasswordError, PasswordHash, PasswordHasher, Peppers, Verification,
};
use proptest::prelude::*;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stockade_core::SystemEntropy;

const RIGHT: &str = "correct horse battery staple";

const KNOWN: [(HashKind, &str); 8] = [
    (HashKind::Bcrypt, "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS"),
    (
        HashKind::Scrypt,
        "$scrypt$ln=10,r=8,p=2$AAECAwQFBgcICQoLDA0ODw$wk79EttC618m617oirShLZuxJkXcX6rXHrrS9rQQ/44",
    ),
    (
        HashKind::Scrypt,
        "scrypt$1024$mUJf9bWn6a2Z2kC3tQ0u1e$8$5$\
         w904LsXqgCEFwPlCNY1RnCqVBxJDgxtB5p/rlSl0eJTNoBxXKQx2PobB1i+Y9dGvJXi1q9/qIXFuVvY9YSs4aw==",
    ),
    (
        HashKind::Pbkdf2,
        "$pbkdf2-sha256$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$ppsXnjrdPB4KryJ6DrOqKqhkWrhv7PbKAMF1Eml8cZ4",
    ),
    (
        HashKind::Pbkdf2,
        "$pbkdf2-sha512$i=1000,l=64$AAECAwQFBgcICQoLDA0ODw$\
         A6AmFIti7CKlYdoPiV9jf1d9llp37o27Wms8Zx8fwMJGCOigJzAthOW3Pg+XF5PnNiYnsQsIz1N5NtynrEm78w",
    ),
    (
        HashKind::Pbkdf2,
        "$pbkdf2-sha256$1000$..................../w$Xfn2NJiLRXU1qSD05Okj4RXH3SUpF1Me5PyazKnrujA",
    ),
    (
        HashKind::Pbkdf2,
        "$pbkdf2-sha512$1000$..................../w$\
         puXx7zU1iNkMjWKDPr9MAQ1MTxjyuPdnXSc0Rb/96.6pNAtHJj5F2TgbtrNRieH4XK4dh6jBe7aPpvhnrEoBmg",
    ),
    (
        HashKind::Pbkdf2,
        "pbkdf2_sha256$1000$mUJf9bWn6a2Z2kC3tQ0u1e$/gu4K6WDCqgAM29iGMFEnv7psHwCRCQSw1v7eVMJR4s=",
    ),
];

fn hasher() -> PasswordHasher {
    let params = Argon2Params::insecure_for_tests();
    PasswordHasher::new(params, Peppers::none(), Arc::new(SystemEntropy)).unwrap()
}

fn verify(stored: &str, typed: &str) -> Result<Verification, PasswordError> {
    let stored = PasswordHash::import(stored.to_owned())?;
    hasher().verify(&Password::new(typed.to_owned()).unwrap(), Some(&stored))
}

fn import(stored: &str) -> Result<PasswordHash, PasswordError> {
    PasswordHash::import(stored.to_owned())
}

#[test]
fn the_right_password_of_each_kind_matches_and_asks_for_a_new_hash() {
    for (kind, stored) in KNOWN {
        assert_eq!(import(stored).unwrap().kind(), Some(kind));
        assert_eq!(verify(stored, RIGHT), Ok(Verification::MatchOutdated), "{stored}");
        for wrong in ["correct horse battery stable", "", &RIGHT[1..], "Correct horse battery staple"] {
            assert_eq!(verify(stored, wrong), Ok(Verification::Mismatch), "{stored}");
        }
        assert_eq!(hasher().needs_rehash(&import(stored).unwrap()), Ok(true));
        let right = Password::new(RIGHT.to_owned()).unwrap();
        let renewed = hasher().rehash(&right).unwrap();
        assert_eq!(hasher().verify(&right, Some(&renewed)), Ok(Verification::Match));
    }
}

#[test]
fn published_vectors_match() {
    // RFC 7914 §12, and the test of Openwall's crypt_blowfish.
    let rfc7914 = "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$\
        cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw";
    assert_eq!(verify(rfc7914, "pleaseletmein"), Ok(Verification::MatchOutdated));
    let openwall = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    assert_eq!(verify(openwall, "U*U"), Ok(Verification::MatchOutdated));
    assert_eq!(verify(openwall, "U*V"), Ok(Verification::Mismatch));
}

#[test]
fn truncation_at_72_bytes_matches_but_never_seals_a_slip_in() {
    // Of 80 times `x`.
    let stored = "$2y$05$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q";
    let xs = "x".repeat(80);
    assert_eq!(verify(stored, &xs[..72]), Ok(Verification::MatchOutdated));
    assert_eq!(verify(stored, &xs), Ok(Verification::Match));
    assert_eq!(verify(stored, &format!("{}slipped", &xs[..72])), Ok(Verification::Match));
    assert_eq!(verify(stored, &xs[..71]), Ok(Verification::Mismatch));
    assert_eq!(hasher().needs_rehash(&import(stored).unwrap()), Ok(true));
}

#[test]
fn confusion_by_nul_is_no_match() {
    // bcrypt repeats the password with a NUL behind it: `U*U`, `U*U\0U*U` and `U*U\0U*U\0U*U` are one key.
    let stored = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    assert!(::bcrypt::verify("U*U\0U*U", stored).unwrap(), "else this proves nothing");
    for typed in ["U*U\0", "U*U\0U*U", "U*U\0U*U\0U*U"] {
        assert_eq!(verify(stored, typed), Ok(Verification::Mismatch), "{typed:?}");
    }
}

#[test]
fn a_hash_that_knew_no_normalization_keeps_its_owner() {
    // Of `café at the corner` with a combining accent.
    let stored = "pbkdf2_sha256$1000$mUJf9bWn6a2Z2kC3tQ0u1e$frY/92DVc00pgxPqLB+rv5XJtqF1ZLEltxkw2qU+HbM=";
    assert_eq!(verify(stored, "cafe\u{301} at the corner"), Ok(Verification::MatchOutdated));
    assert_eq!(verify(stored, "cafe at the corner"), Ok(Verification::Mismatch));
}

#[test]
fn asvs_v15_1_3_flood_by_costly_parameters_is_refused_before_any_work() {
    let started = Instant::now();
    let b64 = "AAECAwQFBgcICQoLDA0ODw$wk79EttC618m617oirShLZuxJkXcX6rXHrrS9rQQ/44";
    for stored in [
        "$2b$15$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS".to_owned(),
        "$2b$31$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS".to_owned(),
        format!("$scrypt$ln=18,r=8,p=1${b64}"),
        format!("$scrypt$ln=63,r=1,p=1${b64}"),
        format!("$scrypt$ln=64,r=1,p=1${b64}"),
        format!("$scrypt$ln=4294967295,r=4294967295,p=4294967295${b64}"),
        format!("$scrypt$ln=1,r=524288,p=1${b64}"),
        format!("$scrypt$ln=1,r=1,p=524288${b64}"),
        format!("$pbkdf2-sha256$i=2000001${b64}"),
        format!("$pbkdf2-sha512$i=4294967295${b64}"),
        "pbkdf2_sha256$4294967295$mUJf9bWn6a2Z2kC3tQ0u1e$/gu4K6WDCqgAM29iGMFEnv7psHwCRCQSw1v7eVMJR4s="
            .to_owned(),
    ] {
        let refused = verify(&stored, RIGHT);
        assert!(matches!(refused, Err(PasswordError::CostlyForeignHash { .. })), "{stored}: {refused:?}");
        // What came into a store past the import is refused as well.
        let stored = PasswordHash::from_phc(stored).unwrap();
        let typed = Password::new(RIGHT.to_owned()).unwrap();
        assert_eq!(hasher().verify(&typed, Some(&stored)), refused);
        assert_eq!(hasher().needs_rehash(&stored).map(|_| Verification::Match), refused);
    }
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn truncation_and_downgrade_of_stored_hashes_are_refused() {
    let (salt, hash) = ("AAECAwQFBgcICQoLDA0ODw", "wk79EttC618m617oirShLZuxJkXcX6rXHrrS9rQQ/44");
    for stored in [
        "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/Zsu".to_owned(),
        "$2x$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS".to_owned(),
        "$2$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS".to_owned(),
        "$2b$+5$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS".to_owned(),
        "$2b$03$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS".to_owned(),
        format!("$scrypt$ln=10,r=8,p=2${salt}$"),
        format!("$scrypt$ln=10,r=8,p=2${salt}"),
        format!("$scrypt$ln=10,r=8,p=2${salt}$AAAA"),
        format!("$scrypt$ln=10,r=8,p=2$$${hash}"),
        format!("$scrypt$ln=10,r=8,p=2,x=1${salt}${hash}"),
        format!("$scrypt$ln=010,r=8,p=2${salt}${hash}"),
        format!("$scrypt$ln=0,r=8,p=2${salt}${hash}"),
        format!("$scrypt$ln=10,r=0,p=2${salt}${hash}"),
        "scrypt$1000$mUJf9bWn6a2Z2kC3$8$1$AAECAwQFBgcICQoLDA0ODw==".to_owned(),
        format!("$pbkdf2-sha256$i=0${salt}${hash}"),
        format!("$pbkdf2-sha256$i=1000,l=31${salt}${hash}"),
        format!("$pbkdf2-sha256$i=1000,l=32${salt}$"),
        format!("$pbkdf2-sha256$i=1000$AAAA${hash}"),
        format!("$pbkdf2-sha256$i=1000${salt}${hash}AA"),
        format!("$pbkdf2-sha256$i=+1000${salt}${hash}"),
        "pbkdf2_sha256$1000$mUJf9bWn6a2Z2kC3tQ0u1e$".to_owned(),
        "pbkdf2_sha256$1000$$/gu4K6WDCqgAM29iGMFEnv7psHwCRCQSw1v7eVMJR4s=".to_owned(),
    ] {
        assert!(import(&stored).is_err(), "{stored}");
        let stored = PasswordHash::from_phc(stored).unwrap();
        let typed = Password::new(String::new()).unwrap();
        assert_eq!(hasher().verify(&typed, Some(&stored)), Err(PasswordError::MalformedHash));
    }
}

#[test]
fn confusion_of_kinds_is_an_error_that_says_so() {
    for unknown in [
        "$1$salt$hash",
        "$5$rounds=5000$salt$hash",
        "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo",
        "$pbkdf2$1000$salt$hash",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "password",
        "bcrypt_sha256$$2b$12$x",
        "",
    ] {
        assert_eq!(import(unknown), Err(PasswordError::UnknownHash), "{unknown}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_foreign_text_panics(
        text in "(\\$2[aby]\\$|\\$scrypt\\$|scrypt\\$|\\$pbkdf2-sha256\\$|pbkdf2_sha256\\$)[$,=a-z0-9./+A-Z]{0,80}"
    ) {
        let _ = import(&text);
    }

    #[test]
    fn no_small_parameters_panic(ln in 0_u32..6, r in 0_u32..4, p in 0_u32..4, i in 0_u32..20, salt in "[A-Za-z0-9]{0,30}", hash in "[A-Za-z0-9]{0,90}") {
        let _ = verify(&format!("$scrypt$ln={ln},r={r},p={p}${salt}${hash}"), "x");
        let _ = verify(&format!("$pbkdf2-sha512$i={i}${salt}${hash}"), "x");
        let _ = verify(&format!("scrypt${}${salt}${r}${p}${hash}==", 1_u32 << ln), "x");
    }
}
