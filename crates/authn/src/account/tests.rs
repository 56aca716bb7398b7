use super::*;

#[cfg(feature = "laws")]
#[tokio::test(flavor = "multi_thread")]
async fn memory_holds_to_the_laws() {
    laws::all(std::sync::Arc::new(MemoryAccounts::new())).await;
}

#[test]
fn names_of_any_script_are_taken_and_control_characters_are_not() {
    assert_eq!(DisplayName::parse("  Łukasz 王  ").unwrap().as_str(), "Łukasz 王");
    for text in ["", "   ", "a\nb", "a\u{0}b", &"x".repeat(101), &"王".repeat(101)] {
        assert!(DisplayName::parse(text).is_err(), "`{text}`");
    }
}

#[test]
fn asvs_v15_3_1_an_account_shows_neither_hash_nor_address() {
    let account = Account::new(
        "user-1".parse().unwrap(),
        EmailAddress::parse("ada@example.org").unwrap(),
        DisplayName::parse("Ada").unwrap(),
        PasswordHash::from_phc("$argon2id$secret".to_owned()).unwrap(),
        UnixMillis::default(),
    );
    let shown = format!("{account:?}");
    assert!(!shown.contains("argon2id") && !shown.contains("ada@"), "{shown}");
}
