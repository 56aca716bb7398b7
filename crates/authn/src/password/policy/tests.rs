use super::*;
use crate::EmailAddress;
use crate::password::Argon2Params;
use proptest::prelude::*;
use stockade_core::Problem;

fn judge(policy: &PasswordPolicy, typed: &str, context: &PasswordContext) -> Result<(), PasswordRejection> {
    policy.accept(Password::new(typed.to_owned()).unwrap(), context).map(drop)
}

fn alone(typed: &str) -> Result<(), PasswordRejection> {
    judge(&PasswordPolicy::default(), typed, &PasswordContext::only_factor())
}

fn beside_a_second_factor(typed: &str) -> Result<(), PasswordRejection> {
    judge(&PasswordPolicy::default(), typed, &PasswordContext::with_second_factor())
}

#[test]
fn asvs_v6_2_1_fifteen_characters_alone_and_eight_beside_a_second_factor() {
    assert_eq!(alone("gK3 vQ8 xW2 pL"), Err(PasswordRejection::TooShort { min: 15 }));
    assert_eq!(alone("gK3 vQ8 xW2 pLz"), Ok(()));
    assert_eq!(beside_a_second_factor("gK3 vQ8"), Err(PasswordRejection::TooShort { min: 8 }));
    assert_eq!(beside_a_second_factor("gK3 vQ8x"), Ok(()));
}

#[test]
fn asvs_v6_2_1_fewer_than_eight_characters_are_refused_under_any_policy() {
    let careless = PasswordPolicy { min_chars: 1, min_chars_with_second_factor: 0, ..Default::default() };
    for policy in [PasswordPolicy::default(), PasswordPolicy::at_least(0), careless] {
        let context = PasswordContext::with_second_factor();
        assert_eq!(judge(&policy, "x7qmw2z", &context), Err(PasswordRejection::TooShort { min: 8 }));
        assert_eq!(judge(&policy, "x7qmw2zk", &context), Ok(()));
    }
    let strictest = PasswordPolicy::at_least(usize::MAX);
    let (factors, ceiling) = (PasswordFactors::WithSecondFactor, PasswordPolicy::CEILING);
    assert_eq!(strictest.min_chars_for(factors), ceiling);
}

#[test]
fn characters_count_neither_bytes_nor_the_parts_of_an_accent() {
    assert_eq!(beside_a_second_factor("päßwörğ"), Err(PasswordRejection::TooShort { min: 8 }));
    assert_eq!(beside_a_second_factor("päßwörğş"), Ok(()));
    let decomposed = "a\u{308}".repeat(7);
    assert_eq!(beside_a_second_factor(&decomposed), Err(PasswordRejection::TooShort { min: 8 }));
}

#[test]
fn asvs_v6_2_5_no_composition_rules() {
    for typed in ["aaaaaaaaaaaaaaaaaaaa", "................ .", "0000000000000000000007", "      mmmm       "]
    {
        assert_eq!(alone(typed), Ok(()), "`{typed}`");
    }
}

#[test]
fn asvs_v6_2_4_common_passwords_are_refused() {
    for typed in
        ["qwertyuiop12345", "1qaz2wsx3edc4rfv", "PasswordStandard", "passwordpassword", "trustno1trustno1"]
    {
        assert_eq!(alone(typed), Err(PasswordRejection::Common), "`{typed}`");
    }
    for typed in ["password", "12345678", "trustno1", "Jennifer", "STARWARS"] {
        assert_eq!(beside_a_second_factor(typed), Err(PasswordRejection::Common), "`{typed}`");
    }
}

#[test]
fn asvs_v6_2_11_a_password_made_of_context_words_is_refused() {
    let policy = PasswordPolicy::default().with_context_words(["Stockade Cloud"]);
    let email = EmailAddress::parse("ada.lovelace@analytical-engine.org").unwrap();
    let context = PasswordContext::only_factor().with_email(&email).with_name("Ada Byron King");
    for typed in [
        "stockade-2026-!!",
        "$t0(k-st0ckad3!!",
        "S.T.O.C.K.A.D.E.",
        "lovelacelovelace!",
        "Lövelace 1234567",
        "L0V3LACE L0V3LACE L0V3LACE",
        "ada.lovelace.ada.lovelace",
        "analytical3ng1n3",
        "ByronKingByronKing",
        "cloud lovelace byron king",
    ] {
        assert_eq!(judge(&policy, typed, &context), Err(PasswordRejection::ContextWord), "`{typed}`");
    }
    for typed in [
        "correct horse battery staple",
        "lovelace met 9 otters at dawn",
        "ada ada ada ada ada",
        "stockade x7qmw2zk",
    ] {
        assert_eq!(judge(&policy, typed, &context), Ok(()), "`{typed}`");
    }
}

#[test]
fn flood_of_context_is_bounded_and_not_shown() {
    let mut context = PasswordContext::only_factor();
    for n in 0..1000 {
        context = context.with_name(&format!("name{n} {}", "x".repeat(10_000)));
    }
    assert_eq!(context.words().count(), PasswordContext::MAX_WORDS);
    assert!(context.words().all(|word| word.len() <= PasswordContext::MAX_TEXT_LEN));
    assert!(!format!("{context:?}").contains("name"));
    assert_eq!(judge(&PasswordPolicy::default(), &"xy".repeat(512), &context), Ok(()));
}

#[test]
fn asvs_v6_2_10_no_rule_knows_the_age_of_a_password() {
    let config = r#"{"min_chars": 20, "context_words": ["acme"]}"#;
    let policy: PasswordPolicy = serde_json::from_str(config).unwrap();
    assert_eq!(policy.min_chars_for(PasswordFactors::Only), 20);
    assert!(serde_json::from_str::<PasswordPolicy>(r#"{"max_age_days": 90}"#).is_err());
}

#[test]
fn each_reason_is_told_in_a_stable_code() {
    let codes = [
        (PasswordRejection::TooShort { min: 15 }, "too_short"),
        (PasswordRejection::TooLong { max: 1024 }, "too_long"),
        (PasswordRejection::Common, "common"),
        (PasswordRejection::Breached, "breached"),
        (PasswordRejection::ContextWord, "context_word"),
        (PasswordRejection::Guessable, "guessable"),
    ];
    for (rejection, code) in codes {
        let problem = Problem::from(rejection);
        assert_eq!(
            problem.fields().first().map(|field| (&*field.field, &*field.code)),
            Some(("password", code))
        );
    }
}

#[test]
fn what_a_hasher_takes_has_passed_a_policy() {
    let hasher = crate::password::PasswordHasher::new(
        Argon2Params::insecure_for_tests(),
        crate::password::Peppers::none(),
        std::sync::Arc::new(stockade_core::SystemEntropy),
    )
    .unwrap();
    let typed = Password::new("correct horse battery staple".to_owned()).unwrap();
    let accepted = PasswordPolicy::default().accept(typed, &PasswordContext::default()).unwrap();
    assert_eq!(accepted.checks_missed(), 0);
    assert!(hasher.hash(&accepted).is_ok());
}

proptest! {
    #[test]
    fn no_password_or_name_panics(typed in "\\PC{0,200}", name in "\\PC{0,200}") {
        let context = PasswordContext::with_second_factor().with_name(&name);
        if let Ok(password) = Password::new(typed) {
            let _ = PasswordPolicy::default().accept(password, &context);
        }
    }

    #[test]
    fn a_name_alone_is_never_accepted(name in "[a-z]{4,30}", times in 1_usize..4) {
        let context = PasswordContext::with_second_factor().with_name(&name);
        prop_assert!(judge(&PasswordPolicy::default(), &name.repeat(times), &context).is_err());
    }
}
