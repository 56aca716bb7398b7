use super::super::{Attempted, OneTimeRecord, OneTimeTokenStore, Purpose};
use super::{MINUTE, RACERS, issued, lives, start, subject};
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn a_token_is_taken_once(store: &dyn OneTimeTokenStore) {
    for purpose in Purpose::ALL {
        let token = issued(store, "law-take", purpose, start()).await;
        assert_eq!(store.take(token.digest, purpose, start()).await.unwrap().as_ref(), Some(&token));
        assert_eq!(store.take(token.digest, purpose, start()).await.unwrap(), None, "replay");
        assert_eq!(store.attempt(token.digest, purpose, start()).await.unwrap(), Attempted::Gone);
        assert!(!lives(store, &token, start()).await);
    }
}

pub(super) async fn one_of_many_racing_redemptions_wins(store: &Arc<dyn OneTimeTokenStore>) {
    for purpose in Purpose::ALL {
        let token = issued(&**store, "law-race-take", purpose, start()).await;
        let mut racers = tokio::task::JoinSet::new();
        for _ in 0..RACERS {
            let (store, digest) = (store.clone(), token.digest);
            racers.spawn(async move { store.take(digest, purpose, start()).await.unwrap() });
        }
        let taken: Vec<_> = racers.join_all().await.into_iter().flatten().collect();
        assert_eq!(taken, [token], "{purpose:?}");
    }
}

pub(super) async fn no_more_racing_attempts_are_counted_than_allowed(store: &Arc<dyn OneTimeTokenStore>) {
    let token = issued(&**store, "law-race-attempt", Purpose::MfaPending, start()).await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..RACERS {
        let (store, digest) = (store.clone(), token.digest);
        racers.spawn(async move { store.attempt(digest, Purpose::MfaPending, start()).await.unwrap() });
    }
    let mut lefts = Vec::new();
    for attempted in racers.join_all().await {
        if let Attempted::Counted { record, left } = attempted {
            assert_eq!(record, OneTimeRecord { attempts_left: left, ..token.clone() });
            lefts.push(left);
        }
    }
    lefts.sort_unstable();
    assert_eq!(lefts, (0..token.attempts_left).collect::<Vec<_>>(), "each attempt is counted once");
    assert!(!lives(&**store, &token, start()).await);
}

pub(super) async fn who_made_the_last_attempt_may_take_the_token(store: &dyn OneTimeTokenStore) {
    let token = issued(store, "law-last-attempt", Purpose::MfaPending, start()).await;
    for left in (0..token.attempts_left).rev() {
        match store.attempt(token.digest, token.purpose, start()).await.unwrap() {
            Attempted::Counted { left: counted, .. } => assert_eq!(counted, left),
            Attempted::Gone => panic!("gone with {left} attempts left"),
        }
    }
    assert_eq!(store.attempt(token.digest, token.purpose, start()).await.unwrap(), Attempted::Gone);
    let taken = store.take(token.digest, token.purpose, start()).await.unwrap();
    assert_eq!(taken, Some(OneTimeRecord { attempts_left: 0, ..token.clone() }));
    assert_eq!(store.take(token.digest, token.purpose, start()).await.unwrap(), None);
}

pub(super) async fn confusion_of_purposes_spends_nothing(store: &dyn OneTimeTokenStore) {
    let token = issued(store, "law-confusion", Purpose::MfaPending, start()).await;
    for other in Purpose::ALL.into_iter().filter(|other| *other != token.purpose) {
        assert_eq!(store.find(token.digest, other, start()).await.unwrap(), None);
        assert_eq!(store.attempt(token.digest, other, start()).await.unwrap(), Attempted::Gone);
        assert_eq!(store.take(token.digest, other, start()).await.unwrap(), None);
        let expired = start().plus(MINUTE);
        assert_eq!(store.take(token.digest, other, expired).await.unwrap(), None);
    }
    assert_eq!(store.take(token.digest, token.purpose, start()).await.unwrap(), Some(token));
}

pub(super) async fn an_expired_token_is_gone_and_a_clock_set_back_does_not_revive_it(
    store: &dyn OneTimeTokenStore,
) {
    let purpose = Purpose::MfaPending;
    let last_moment = start().plus(MINUTE - Duration::from_millis(1));
    let expired = start().plus(MINUTE);

    let token = issued(store, "law-expiry", purpose, start()).await;
    assert!(lives(store, &token, last_moment).await && !lives(store, &token, expired).await);
    assert_eq!(store.attempt(token.digest, purpose, expired).await.unwrap(), Attempted::Gone);
    assert_eq!(store.take(token.digest, purpose, start()).await.unwrap(), None, "seen expired by an attempt");

    let token = issued(store, "law-expiry", purpose, start()).await;
    assert_eq!(store.take(token.digest, purpose, expired).await.unwrap(), None);
    assert_eq!(store.take(token.digest, purpose, start()).await.unwrap(), None, "seen expired by a taking");

    let token = issued(store, "law-expiry", purpose, start()).await;
    assert_eq!(store.take(token.digest, purpose, last_moment).await.unwrap(), Some(token));
}

pub(super) async fn voiding_spares_other_purposes_and_subjects(store: &dyn OneTimeTokenStore) {
    let neighbour = issued(store, "law-void-neighbour", Purpose::ResetPassword, start()).await;
    let verify = issued(store, "law-void", Purpose::VerifyEmail, start()).await;
    let one = issued(store, "law-void", Purpose::ResetPassword, start()).await;
    let two = issued(store, "law-void", Purpose::ResetPassword, start()).await;
    let owner = subject("law-void");
    assert_eq!(store.void(&owner, Some(Purpose::ResetPassword)).await.unwrap(), 2);
    assert_eq!(store.take(one.digest, one.purpose, start()).await.unwrap(), None);
    assert!(!lives(store, &two, start()).await);
    assert!(lives(store, &verify, start()).await && lives(store, &neighbour, start()).await);

    let pending = issued(store, "law-void", Purpose::MfaPending, start()).await;
    assert_eq!(store.void(&owner, None).await.unwrap(), 2);
    assert_eq!(store.void(&owner, None).await.unwrap(), 0);
    assert!(!lives(store, &verify, start()).await && !lives(store, &pending, start()).await);
    assert!(lives(store, &neighbour, start()).await);
}

pub(super) async fn a_token_is_voided_or_taken_but_never_both(store: &Arc<dyn OneTimeTokenStore>) {
    for _ in 0..16 {
        let token = issued(&**store, "law-void-race", Purpose::ResetPassword, start()).await;
        let (taker, digest) = (store.clone(), token.digest);
        let taking = tokio::spawn(async move {
            taker.take(digest, Purpose::ResetPassword, start()).await.unwrap().is_some()
        });
        let voided = store.void(&token.subject, None).await.unwrap();
        let taken = taking.await.unwrap_or_else(|failed| panic!("{failed}"));
        assert_eq!(u64::from(taken) + voided, 1);
        assert!(!lives(&**store, &token, start()).await);
    }
}

pub(super) async fn purging_forgets_only_what_is_expired(store: &dyn OneTimeTokenStore) {
    let far = start().plus(1_000 * MINUTE);
    let old = issued(store, "law-purge-old", Purpose::VerifyEmail, start()).await;
    let new = issued(store, "law-purge-new", Purpose::VerifyEmail, far).await;
    assert!(store.purge(far).await.unwrap() >= 1);
    assert_eq!(store.purge(far).await.unwrap(), 0);
    assert!(!lives(store, &old, start()).await && lives(store, &new, far).await);
}
