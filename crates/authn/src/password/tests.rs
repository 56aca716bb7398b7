use super::*;
use proptest::prelude::*;
use std::sync::Arc;
use stockade_core::{Secret, SystemEntropy};

fn hasher_with(params: Argon2Params, peppers: Peppers) -> PasswordHasher {
    PasswordHasher::new(params, peppers, Arc::new(SystemEntropy)).unwrap()
}

fn quick() -> PasswordHasher {
    hasher_with(Argon2Params::insecure_for_tests(), Peppers::none())
}

fn typed(text: &str) -> Password {
    Password::new(text.to_owned()).unwrap()
}

fn hash(hasher: &PasswordHasher, text: &str) -> PasswordHash {
    let policy = PasswordPolicy::at_least(8);
    hasher.hash(&policy.accept(typed(text), &PasswordContext::default()).unwrap()).unwrap()
}

fn stored(phc: &str) -> PasswordHash {
    PasswordHash::from_phc(phc.to_owned()).unwrap()
}

#[test]
fn asvs_v11_4_2_default_cost_is_the_owasp_floor() {
    let hasher = hasher_with(Argon2Params::default(), Peppers::none());
    let hash = hash(&hasher, "correct horse battery staple");
    assert!(hash.expose_phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.expose_phc());
    assert_eq!(hasher.verify(&typed("correct horse battery staple"), Some(&hash)), Ok(Verification::Match));
    assert_eq!(
        hasher.verify(&typed("correct horse battery stable"), Some(&hash)),
        Ok(Verification::Mismatch)
    );
}

#[test]
fn asvs_v11_4_2_parameters_below_the_floor_are_refused() {
    for (m, t) in [(19 * 1024 - 1, 2), (19 * 1024, 1), (7 * 1024, 4), (64, 1)] {
        assert_eq!(Argon2Params::new(m, t, 1), Err(PasswordError::WeakParams), "m={m} t={t}");
    }
    for (m, t) in [(46 * 1024, 1), (19 * 1024, 2), (12 * 1024, 3), (7 * 1024, 5)] {
        assert!(Argon2Params::new(m, t, 1).is_ok(), "m={m} t={t}");
    }
}

#[test]
fn asvs_v6_2_8_a_password_is_verified_exactly_as_typed() {
    let hasher = quick();
    let hash = hash(&hasher, " Passphrase with spaces ");
    for near in ["Passphrase with spaces", " passphrase with spaces ", " Passphrase with spaces", ""] {
        assert_eq!(hasher.verify(&typed(near), Some(&hash)), Ok(Verification::Mismatch), "`{near}`");
    }
}

#[test]
fn confusion_of_composed_and_decomposed_accents_locks_nobody_out() {
    let hasher = quick();
    let (composed, decomposed) = ("caf\u{e9} at the corner", "cafe\u{301} at the corner");
    for hash in [hash(&hasher, composed), hash(&hasher, decomposed)] {
        assert_eq!(hasher.verify(&typed(composed), Some(&hash)), Ok(Verification::Match));
        assert_eq!(hasher.verify(&typed(decomposed), Some(&hash)), Ok(Verification::Match));
        assert_eq!(hasher.verify(&typed("cafe at the corner"), Some(&hash)), Ok(Verification::Mismatch));
    }
    // A hash from before there was normalization: good once as typed, and then renewed.
    let old = hasher.hash_bytes(decomposed.as_bytes()).unwrap();
    assert_eq!(hasher.verify(&typed(decomposed), Some(&old)), Ok(Verification::MatchOutdated));
    assert_eq!(hasher.verify(&typed(composed), Some(&old)), Ok(Verification::Mismatch));
    let renewed = hasher.rehash(&typed(decomposed)).unwrap();
    assert_eq!(hasher.verify(&typed(composed), Some(&renewed)), Ok(Verification::Match));
}

#[test]
fn flood_by_normalization_is_bounded() {
    // U+1D160 is three times as long in form C: the worst there is.
    let worst = typed(&"\u{1d160}".repeat(Password::MAX_LEN / 4));
    assert_eq!(worst.normalized().len(), Password::MAX_LEN * 3);
    assert_eq!(typed(&format!("a{}", "\u{301}".repeat(500))).normalized().chars().count(), 500);
}

#[test]
fn asvs_v6_2_9_long_passwords_are_accepted_and_not_truncated() {
    let hasher = quick();
    let long = "x".repeat(Password::MAX_LEN);
    let hash = hash(&hasher, &long);
    assert_eq!(hasher.verify(&typed(&long), Some(&hash)), Ok(Verification::Match));
    assert_eq!(hasher.verify(&typed(&long[1..]), Some(&hash)), Ok(Verification::Mismatch));
    let flood = Password::new("x".repeat(Password::MAX_LEN + 1));
    assert_eq!(flood.unwrap_err(), PasswordRejection::TooLong { max: Password::MAX_LEN });
}

#[test]
fn asvs_v6_3_8_an_unknown_user_takes_the_same_path_and_never_matches() {
    let hasher = quick();
    assert_eq!(hasher.verify(&typed("anything at all"), None), Ok(Verification::Mismatch));
    let nobody = stored(hasher.nobody.expose_phc());
    let known = hash(&hasher, "a password that is known");
    let cost = |hash: &PasswordHash| hash.expose_phc().split('$').nth(3).unwrap().to_owned();
    assert_eq!(cost(&nobody), cost(&known));
}

#[test]
fn salts_differ_so_equal_passwords_do_not_show() {
    let hasher = quick();
    assert_ne!(hash(&hasher, "same password").expose_phc(), hash(&hasher, "same password").expose_phc());
}

#[test]
fn asvs_v15_1_3_flood_by_a_costly_stored_hash_is_refused_before_any_work() {
    let tail = "c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
    for cost in ["m=4194304,t=1,p=1", "m=19456,t=4294967295,p=1", "m=19456,t=2,p=64", "m=65537,t=2,p=1"] {
        let hash = stored(&format!("$argon2id$v=19${cost}${tail}"));
        let started = std::time::Instant::now();
        let refused = quick().verify(&typed("whatever it is"), Some(&hash));
        assert!(matches!(refused, Err(PasswordError::CostlyHash { .. })), "{cost}: {refused:?}");
        assert!(started.elapsed() < std::time::Duration::from_secs(5));
    }
}

#[test]
fn downgrade_by_a_foreign_or_broken_hash_is_refused() {
    let tail = "m=64,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
    for phc in [
        format!("$argon2i$v=19${tail}"),
        format!("$argon2d$v=19${tail}"),
        format!("$argon2id$v=16${tail}"),
        format!("$argon2id${tail}"),
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0".to_owned(),
        "$argon2id$v=19$m=64,t=1,p=1".to_owned(),
        "$2b$12$abcdefghijklmnopqrstuv".to_owned(),
        "plaintext".to_owned(),
        "$".repeat(400),
    ] {
        let refused = quick().verify(&typed("plaintext"), Some(&stored(&phc)));
        assert_eq!(refused, Err(PasswordError::MalformedHash), "{phc}");
    }
    assert!(PasswordHash::from_phc("x".repeat(PasswordHash::MAX_LEN + 1)).is_err());
    assert!(PasswordHash::from_phc(String::new()).is_err());
}

#[test]
fn asvs_v11_2_2_a_login_says_when_the_hash_is_outdated() {
    let old = quick();
    let hash = hash(&old, "same password");
    let new =
        hasher_with(Argon2Params { memory_kib: 128, ..Argon2Params::insecure_for_tests() }, Peppers::none());
    assert_eq!(old.verify(&typed("same password"), Some(&hash)), Ok(Verification::Match));
    assert_eq!(new.verify(&typed("same password"), Some(&hash)), Ok(Verification::MatchOutdated));
    assert_eq!(new.verify(&typed("other password"), Some(&hash)), Ok(Verification::Mismatch));
    assert_eq!((old.needs_rehash(&hash), new.needs_rehash(&hash)), (Ok(false), Ok(true)));
    let renewed = new.rehash(&typed("same password")).unwrap();
    assert_eq!(new.verify(&typed("same password"), Some(&renewed)), Ok(Verification::Match));
}

#[test]
fn asvs_v13_3_4_peppers_rotate_and_a_missing_one_is_an_error_not_a_mismatch() {
    let params = Argon2Params::insecure_for_tests();
    let (one, two) = (Secret::new([1; 32]), Secret::new([2; 32]));
    let first = hasher_with(params, Peppers::new(PepperId(1), one.clone()));
    let hash = hash(&first, "same password");
    assert!(hash.expose_phc().contains("keyid="));
    let same = typed("same password");
    assert_eq!(first.verify(&same, Some(&hash)), Ok(Verification::Match));

    let rotated =
        hasher_with(params, Peppers::new(PepperId(2), two.clone()).with_older(PepperId(1), one).unwrap());
    assert_eq!(rotated.verify(&same, Some(&hash)), Ok(Verification::MatchOutdated));

    let lost = hasher_with(params, Peppers::new(PepperId(2), two.clone()));
    assert_eq!(lost.verify(&same, Some(&hash)), Err(PasswordError::UnknownPepper));
    let wrong = hasher_with(params, Peppers::new(PepperId(1), two));
    assert_eq!(wrong.verify(&same, Some(&hash)), Ok(Verification::Mismatch));
}

#[test]
fn asvs_v15_3_1_nothing_prints_a_password_a_hash_or_a_pepper() {
    let peppers = Peppers::new(PepperId(7), Secret::new([0x41; 32]));
    let hasher = hasher_with(Argon2Params::insecure_for_tests(), peppers);
    let hash = hash(&hasher, "do not print me");
    let shown = format!("{hasher:?} {hash:?} {:?}", typed("do not print me"));
    assert!(
        !shown.contains("argon2id") && !shown.contains("print me") && !shown.contains("65, 65"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn no_stored_text_makes_verification_panic(phc in "\\PC{1,200}") {
        let _ = quick().verify(&typed("whatever it is"), Some(&stored(&phc)));
    }

    #[test]
    fn no_stored_argon2_text_makes_verification_panic(
        m in 0_u32..512, t in 0_u32..12, p in 0_u32..6, salt in "[A-Za-z0-9+/]{0,90}", hash in "[A-Za-z0-9+/]{0,90}"
    ) {
        let _ = quick().verify(&typed("x"), Some(&stored(&format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${hash}"))));
    }
}
