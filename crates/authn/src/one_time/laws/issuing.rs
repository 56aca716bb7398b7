use super::super::{Bound, OneTimeTokenStore, Purpose};
use super::{RACERS, issued, lives, start, token};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::StoreErrorKind;

const SECOND: Duration = Duration::from_secs(1);

pub(super) async fn a_token_is_found_as_it_was_issued(store: &dyn OneTimeTokenStore) {
    for purpose in Purpose::ALL {
        let token = issued(store, "law-found", purpose, start()).await;
        let found = store.find(token.digest, purpose, start()).await.unwrap();
        assert_eq!(found.as_ref(), Some(&token), "{purpose:?}");
        let again = store.find(token.digest, purpose, start()).await.unwrap();
        assert_eq!(again, Some(token), "finding spends nothing");
    }
    let mut longest = token("law-found-longest", Purpose::VerifyEmail, start());
    longest.bound = Bound::new("b".repeat(Bound::MAX_LEN)).unwrap();
    store.issue(longest.clone(), NonZeroU32::MIN).await.unwrap();
    assert_eq!(store.find(longest.digest, longest.purpose, start()).await.unwrap(), Some(longest));
    let unknown = token("law-found", Purpose::VerifyEmail, start());
    assert!(!lives(store, &unknown, start()).await);
}

pub(super) async fn no_more_tokens_live_than_allowed(store: &dyn OneTimeTokenStore) {
    let two = NonZeroU32::new(2).unwrap();
    let neighbour = issued(store, "law-max-neighbour", Purpose::ResetPassword, start()).await;
    let other = issued(store, "law-max", Purpose::VerifyEmail, start()).await;
    let mut tokens = Vec::new();
    for n in 0..4 {
        let token = token("law-max", Purpose::ResetPassword, start().plus(n * SECOND));
        store.issue(token.clone(), two).await.unwrap();
        tokens.push(token);
    }
    let now = start().plus(4 * SECOND);
    let mut living = Vec::new();
    for token in &tokens {
        living.push(lives(store, token, now).await);
    }
    assert_eq!(living, [false, false, true, true], "the oldest make room");
    assert_eq!(store.take(tokens[1].digest, Purpose::ResetPassword, now).await.unwrap(), None);
    assert!(lives(store, &other, now).await && lives(store, &neighbour, now).await);
}

pub(super) async fn racing_requests_leave_no_more_tokens_than_allowed(store: &Arc<dyn OneTimeTokenStore>) {
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..RACERS {
        let store = store.clone();
        racers.spawn(async move { issued(&*store, "law-race-issue", Purpose::ResetPassword, start()).await });
    }
    let mut live = 0;
    for token in racers.join_all().await {
        live += u32::from(lives(&**store, &token, start()).await);
    }
    assert_eq!(live, Purpose::ResetPassword.max_live().get());
}

pub(super) async fn a_token_issued_under_a_clock_set_back_is_kept(store: &dyn OneTimeTokenStore) {
    let before = issued(store, "law-issue-clock", Purpose::ChangeEmail, start()).await;
    let set_back = start().minus(10 * SECOND);
    let token = token("law-issue-clock", Purpose::ChangeEmail, set_back);
    store.issue(token.clone(), NonZeroU32::MIN).await.unwrap();
    assert!(lives(store, &token, set_back).await, "who asked last gets a mail that works");
    assert!(!lives(store, &before, set_back).await);
}

pub(super) async fn a_digest_is_issued_once(store: &dyn OneTimeTokenStore) {
    let first = issued(store, "law-twice", Purpose::ResetPassword, start()).await;
    let mut second = token("law-twice-thief", Purpose::ResetPassword, start());
    second.digest = first.digest;
    let refused = store.issue(second, NonZeroU32::MIN).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Conflict);
    assert_eq!(store.find(first.digest, first.purpose, start()).await.unwrap(), Some(first));
}
