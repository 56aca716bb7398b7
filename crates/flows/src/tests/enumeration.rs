use super::*;
use stockade_authn::EmailAddress;
use stockade_authn::account::{Account, Creation, DisplayName};
use stockade_authn::password::PasswordHash;

#[tokio::test]
async fn asvs_v6_3_8_enumeration_by_login_a_known_and_an_unknown_account_get_the_same_answer() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let known =
        world.try_login("ada@example.org", "wrong password", &call()).await.into_result().unwrap_err();
    let unknown =
        world.try_login("bob@example.org", "wrong password", &call()).await.into_result().unwrap_err();
    assert_eq!(known, unknown);
    assert_eq!(known.code(), "invalid_credentials");
}

#[tokio::test]
async fn enumeration_by_limit_an_unknown_account_is_limited_like_a_known_one() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let mut seen = [Vec::new(), Vec::new()];
    for (email, answers) in ["ada@example.org", "bob@example.org"].into_iter().zip(&mut seen) {
        for guess in 0..12_u8 {
            let call = call_from([198, 51, 100, guess].into());
            answers.push(world.try_login(email, "wrong password", &call).await.into_result().unwrap_err());
        }
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn enumeration_by_an_imported_hash_that_cannot_be_used_gets_the_same_answer() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let hashes = [
        "$argon2id$v=19$m=4000000,t=1,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=64,t=1,p=1,keyid=AAAAAQ$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAA",
        "$6$rounds=5000$c2FsdHNhbHQ$0000000000000000000000",
    ];
    for (n, hash) in hashes.into_iter().enumerate() {
        let email = EmailAddress::parse(&format!("imported{n}@example.org")).unwrap();
        let account = Account::new(
            format!("imported-{n}").parse().unwrap(),
            email.clone(),
            DisplayName::parse("Imported").unwrap(),
            PasswordHash::from_phc(hash.into()).unwrap(),
            UnixMillis::default(),
        );
        assert_eq!(world.auth.login.with.accounts.create(account).await.unwrap(), Creation::Created);
        let known = world.try_login(email.as_str(), PASSWORD, &call()).await.into_result().unwrap_err();
        let unknown = world.try_login("bob@example.org", PASSWORD, &call()).await.into_result().unwrap_err();
        assert_eq!(known, unknown, "{hash}");
        let events = world.events().await;
        assert_eq!(events[events.len() - 2], ("auth.login".into(), "failure", "unusable_hash".into()));
    }
}

#[tokio::test]
async fn only_the_operator_learns_which_it_was() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let _ = world.try_login("ada@example.org", "wrong password", &call()).await;
    let _ = world.try_login("bob@example.org", "wrong password", &call()).await;
    let events = world.events().await;
    assert_eq!(events[events.len() - 2], ("auth.login".into(), "failure", "wrong_password".into()));
    assert_eq!(events[events.len() - 1], ("auth.login".into(), "failure", "unknown_account".into()));
}
