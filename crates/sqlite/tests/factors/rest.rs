//! What lies in the file: after a restart, in a thief's hands, and after damage.

use super::{codes, pending, start, subject, token};
use crate::support::{Files, raw};
use base64ct::{Base64UrlUnpadded, Encoding};
use std::sync::Arc;
use stockade_authn::factor::{
    BackupCodes, BackupSet, Beginning, CodeCheck, Confirmation, Enrolling, FactorConfig, FactorStore,
    PendingCheck, SecondFactors, Spending,
};
use stockade_authn::one_time::{
    AttemptOutcome, Bound, OneTimeKeys, OneTimeTokenStore, OneTimeTokens, Purpose, Redemption,
};
use stockade_authn::password::{Argon2Params, PasswordHasher, Peppers};
use stockade_core::{Clock, ManualClock, Secret, StoreErrorKind, SystemEntropy};
use stockade_crypto_at_rest::field::Fields;
use stockade_crypto_at_rest::ring::{KeyRing, Keys};
use stockade_sqlite::Sqlite;
use stockade_testkit::test_clock;

struct Service {
    factors: SecondFactors,
    tokens: OneTimeTokens,
}

/// What is the same before and after a restart.
struct Configuration {
    keys: Keys,
    clock: Arc<ManualClock>,
}

impl Configuration {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(start()));
        Self { keys: Keys::new(KeyRing::generate(&SystemEntropy, &*test_clock()).unwrap()), clock }
    }

    fn service(&self, store: &Sqlite) -> Service {
        let store = Arc::new(store.clone());
        let seal = Arc::new(Fields::new(self.keys.clone(), Arc::new(SystemEntropy)));
        let config = FactorConfig::new("Stockade");
        let entropy = Arc::new(SystemEntropy);
        let factors =
            SecondFactors::new(store.clone(), seal, config, self.clock.clone(), entropy.clone()).unwrap();
        let keys = OneTimeKeys::new(&Secret::new([7; 32]));
        Service { factors, tokens: OneTimeTokens::new(store, keys, self.clock.clone(), entropy) }
    }
}

#[tokio::test]
async fn asvs_v6_5_1_replay_across_a_restart_is_refused() {
    let (files, configuration) = (Files::new(), Configuration::new());
    let store = files.open("db").await;
    let before = configuration.service(&store);
    let ada = "ada".parse().unwrap();
    let Enrolling::Begun(enrolment) = before.factors.begin(&ada, "ada@example.org").await.unwrap() else {
        panic!("enrolled already")
    };
    let app = totp_rs::Totp::from_url(enrolment.uri.expose()).unwrap();
    let show = || app.generate(configuration.clock.now().as_secs()).to_string();
    let hasher =
        PasswordHasher::new(Argon2Params::insecure_for_tests(), Peppers::none(), Arc::new(SystemEntropy))
            .unwrap();
    let codes = BackupCodes::generate(&SystemEntropy).unwrap();
    let set = BackupSet::hash(&codes, &hasher, &SystemEntropy).unwrap();

    // The process ends between beginning and confirming.
    store.close().await;
    let store = files.open("db").await;
    let between = configuration.service(&store);
    let PendingCheck::Right(proof) = between.factors.check_pending(&ada, &show()).await.unwrap() else {
        panic!("not pending")
    };
    assert_eq!(between.factors.confirm(proof, set.clone()).await.unwrap(), Confirmation::Confirmed);
    let confirming = show();
    configuration.clock.advance(std::time::Duration::from_secs(30));
    let used = show();
    assert_eq!(between.factors.verify(&ada, &used).await.unwrap(), CodeCheck::Accepted);
    let spent = between.factors.spend_backup_code(&ada, &set.state(), set.digests[0]).await.unwrap();
    assert_eq!(spent, Spending::Spent { left: 9 });
    let reset = between.tokens.issue(Purpose::ResetPassword, &ada, Bound::none()).await.unwrap().token;
    let pending = between.tokens.issue(Purpose::MfaPending, &ada, Bound::none()).await.unwrap().token;
    for left in (1..5).rev() {
        let counted = between.tokens.attempt(Purpose::MfaPending, pending.expose()).await.unwrap();
        assert!(matches!(counted, AttemptOutcome::Counted { left: l, .. } if l == left));
    }
    let redeemed = between.tokens.redeem(Purpose::ResetPassword, reset.expose()).await.unwrap();
    assert!(matches!(redeemed, Redemption::Redeemed(_)));
    drop((store, between));

    let store = files.open("db").await;
    let after = configuration.service(&store);
    for code in [&confirming, &used] {
        assert_eq!(after.factors.verify(&ada, code).await.unwrap(), CodeCheck::Replayed);
    }
    let state = after.factors.backup_codes(&ada).await.unwrap().unwrap();
    assert_eq!((state.id, state.left), (set.id, 9));
    let again = after.factors.spend_backup_code(&ada, &state, set.digests[0]).await.unwrap();
    assert_eq!(again, Spending::Unknown);
    let again = after.tokens.redeem(Purpose::ResetPassword, reset.expose()).await.unwrap();
    assert_eq!(again, Redemption::Refused);
    let last = after.tokens.attempt(Purpose::MfaPending, pending.expose()).await.unwrap();
    assert!(matches!(last, AttemptOutcome::Counted { left: 0, .. }), "a restart gives no attempts back");
    let none = after.tokens.attempt(Purpose::MfaPending, pending.expose()).await.unwrap();
    assert_eq!(none, AttemptOutcome::Refused);
    configuration.clock.advance(std::time::Duration::from_secs(30));
    assert_eq!(
        after.factors.verify(&ada, &show()).await.unwrap(),
        CodeCheck::Accepted,
        "nobody is locked out"
    );
}

#[tokio::test]
async fn a_stolen_file_holds_no_secret_no_code_and_no_token() {
    let (files, configuration) = (Files::new(), Configuration::new());
    let store = files.open("db").await;
    let service = configuration.service(&store);
    let ada = "ada".parse().unwrap();
    let Enrolling::Begun(enrolment) = service.factors.begin(&ada, "ada@example.org").await.unwrap() else {
        panic!("enrolled already")
    };
    let app = totp_rs::Totp::from_url(enrolment.uri.expose()).unwrap();
    let code = app.generate(configuration.clock.now().as_secs()).to_string();
    let PendingCheck::Right(proof) = service.factors.check_pending(&ada, &code).await.unwrap() else {
        panic!("not pending")
    };
    let hasher =
        PasswordHasher::new(Argon2Params::insecure_for_tests(), Peppers::none(), Arc::new(SystemEntropy))
            .unwrap();
    let codes = BackupCodes::generate(&SystemEntropy).unwrap();
    let set = BackupSet::hash(&codes, &hasher, &SystemEntropy).unwrap();
    assert_eq!(service.factors.confirm(proof, set.clone()).await.unwrap(), Confirmation::Confirmed);
    let token = service.tokens.issue(Purpose::ResetPassword, &ada, Bound::none()).await.unwrap().token;
    store.close().await;

    let file = std::fs::read(files.path("db")).unwrap();
    let holds = |part: &[u8]| file.windows(part.len()).any(|window| window == part);
    assert!(
        set.digests.iter().all(|digest| holds(&digest.to_bytes())),
        "the digests are found: the search is good"
    );
    assert!(!holds(app.secret().as_bytes()));
    assert!(!holds(enrolment.secret.expose().as_bytes()));
    for code in codes.to_texts() {
        assert!(!holds(code.expose().as_bytes()) && !holds(code.expose().replace('-', "").as_bytes()));
    }
    let encoded = token.expose().trim_start_matches("ot1_");
    let bytes = Base64UrlUnpadded::decode_vec(encoded).unwrap();
    assert!(!holds(&encoded.as_bytes()[..32]) && !holds(&bytes[..32]) && !holds(&bytes[32..]));
}

#[tokio::test]
async fn bad_rows_are_corrupt_and_open_no_door() {
    let files = Files::new();
    let store = files.open("db").await;
    let (ada, set) = (subject(1), codes(1, 1));
    assert_eq!(store.begin(&ada, pending(1)).await.unwrap(), Beginning::Begun);
    let confirmed = store.confirm(&ada, pending(1).id, 100, set.clone(), start()).await.unwrap();
    assert_eq!(confirmed, Confirmation::Confirmed);
    let token = token(1, Purpose::ResetPassword);
    store.issue(token.clone(), Purpose::ResetPassword.max_live()).await.unwrap();
    let mut raw = raw(&files.path("db")).await;

    sqlx::query("UPDATE totp_factors SET last_step = -1").execute(&mut raw).await.unwrap();
    let refused = store.accept_step(&ada, pending(1).id, 101).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Corrupt);
    assert_eq!(store.factors(&ada).await.unwrap_err().kind(), StoreErrorKind::Corrupt);
    sqlx::query("UPDATE totp_factors SET last_step = 100").execute(&mut raw).await.unwrap();
    for derivation in ["", "m=64", "m=4194304,t=1,p=1 "] {
        sqlx::query("UPDATE backup_sets SET derivation = ?")
            .bind(derivation)
            .execute(&mut raw)
            .await
            .unwrap();
        let refused = store.spend_backup_code(&ada, set.id, set.digests[0]).await.unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Corrupt, "`{derivation}`");
    }

    for damage in [
        "UPDATE one_time_tokens SET subject = 'a b'",
        "UPDATE one_time_tokens SET subject = 'a', bound = printf('%.600c', 'x')",
        "UPDATE one_time_tokens SET bound = '', expires_at = -1",
    ] {
        sqlx::query(damage).execute(&mut raw).await.unwrap();
        let refused = store.take(token.digest, token.purpose, start()).await.unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Corrupt, "{damage}");
    }
    for nonsense in [
        "UPDATE totp_factors SET expires_at = 1",
        "UPDATE totp_factors SET last_step = NULL",
        "UPDATE totp_factors SET id = x'00'",
        "UPDATE backup_codes SET digest = x'00'",
        "INSERT INTO backup_codes VALUES ('nobody', zeroblob(32))",
        "UPDATE one_time_tokens SET attempts_left = -1",
    ] {
        assert!(sqlx::query(nonsense).execute(&mut raw).await.is_err(), "{nonsense}");
    }
}

#[tokio::test]
async fn asvs_v1_2_4_sql_injection_in_bounds_and_subjects_is_kept_as_text() {
    let files = Files::new();
    let store = files.open("db").await;
    for (n, attack) in (0..).zip(["'OR'1'='1", "x');DROP/**/TABLE/**/one_time_tokens--", "%", "?1"]) {
        let mut token = token(n, Purpose::VerifyEmail);
        token.subject = attack.parse().unwrap();
        token.bound = Bound::new(format!("{attack}; \"'")).unwrap();
        store.issue(token.clone(), Purpose::VerifyEmail.max_live()).await.unwrap();
        let found = store.find(token.digest, Purpose::VerifyEmail, start()).await.unwrap();
        assert_eq!(found.as_ref(), Some(&token));
        assert_eq!(store.begin(&token.subject, pending(n)).await.unwrap(), Beginning::Begun);
        assert_eq!(store.factors(&token.subject).await.unwrap().pending, Some(pending(n)));
        assert_eq!(store.void(&token.subject, None).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_long_neglected_purge_removes_all_that_is_expired() {
    let files = Files::new();
    let store = files.open("db").await;
    let mut raw = raw(&files.path("db")).await;
    let many = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2500)
        INSERT INTO one_time_tokens SELECT randomblob(32), 'verify_email', 'ada', '', 0, n, 1 FROM n";
    sqlx::query(many).execute(&mut raw).await.unwrap();
    let before = stockade_core::UnixMillis::from_millis(2_401);
    assert_eq!(OneTimeTokenStore::purge(&store, before).await.unwrap(), 2_400);
    assert_eq!(OneTimeTokenStore::purge(&store, before).await.unwrap(), 0);
    assert_eq!(OneTimeTokenStore::void(&store, &"ada".parse().unwrap(), None).await.unwrap(), 100);
}
