use super::super::{Concurrency, SessionStore, Standing};
use super::{HOUR, RACERS, session, start, subject};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn a_session_stands_and_is_listed_as_it_was_opened(store: &dyn SessionStore) {
    let opened = session("law-open", start());
    let answer = store.open(opened.clone(), Concurrency::Unlimited).await.unwrap();
    assert_eq!(answer.evicted, []);
    let standing = store.standing(opened.id, start()).await.unwrap();
    let expected = Standing::Live {
        subject: subject("law-open"),
        security_version: answer.security_version,
        valid_until: start().plus(HOUR),
    };
    assert_eq!(standing, expected);
    assert_eq!(store.list(&subject("law-open"), start()).await.unwrap(), [opened]);
    let unknown = session("law-open", start()).id;
    assert_eq!(store.standing(unknown, start()).await.unwrap(), Standing::Over);
    assert_eq!(store.list(&subject("law-nobody"), start()).await.unwrap(), []);
}

pub(super) async fn no_more_sessions_stand_than_allowed(store: &dyn SessionStore) {
    let two = Concurrency::Max(NonZeroU32::new(2).unwrap());
    let at = |secs| start().plus(Duration::from_secs(secs));
    let (first, second, third) =
        (session("law-max", at(0)), session("law-max", at(1)), session("law-max", at(2)));
    assert_eq!(store.open(first.clone(), two).await.unwrap().evicted, []);
    assert_eq!(store.open(second.clone(), two).await.unwrap().evicted, []);
    assert_eq!(store.open(third.clone(), two).await.unwrap().evicted, [first.id]);
    assert_eq!(store.standing(first.id, at(3)).await.unwrap(), Standing::Over);
    let listed = store.list(&subject("law-max"), at(3)).await.unwrap();
    assert_eq!(listed.iter().map(|s| s.id).collect::<Vec<_>>(), [third.id, second.id], "newest first");

    let only = session("law-max", at(4));
    let mut evicted = store.open(only.clone(), Concurrency::Single).await.unwrap().evicted;
    evicted.sort();
    let mut expected = vec![second.id, third.id];
    expected.sort();
    assert_eq!(evicted, expected);
    assert_eq!(store.list(&subject("law-max"), at(5)).await.unwrap(), [only]);
}

pub(super) async fn racing_logins_leave_no_more_sessions_than_allowed(store: &Arc<dyn SessionStore>) {
    let three = Concurrency::Max(NonZeroU32::new(3).unwrap());
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..RACERS {
        let store = store.clone();
        racers.spawn(async move { store.open(session("law-race-open", start()), three).await.unwrap() });
    }
    let evicted: usize = racers.join_all().await.iter().map(|opened| opened.evicted.len()).sum();
    let live = store.list(&subject("law-race-open"), start()).await.unwrap();
    assert_eq!((live.len(), evicted), (3, RACERS - 3));
}
