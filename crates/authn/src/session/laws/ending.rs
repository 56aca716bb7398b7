use super::super::{
    Concurrency, EndReason, Ending, OthersEnding, Rotation, RotationAttempt, SessionRecord, SessionStore,
    Standing,
};
use super::{HOUR, RACERS, digest, session, start, subject};
use crate::refresh::Nonce;
use std::sync::Arc;
use std::time::Duration;

async fn opened(store: &dyn SessionStore, owner: &str) -> SessionRecord {
    let record = session(owner, start());
    let _ = store.open(record.clone(), Concurrency::Unlimited).await.unwrap();
    record
}

fn refresh() -> RotationAttempt {
    RotationAttempt {
        presented: digest(0),
        next: digest(1),
        nonce: Nonce::from_bytes([1; 32]),
        now: start(),
        grace: Duration::from_secs(10),
        idle_timeout: HOUR,
    }
}

pub(super) async fn an_ended_session_neither_stands_nor_rotates(store: &dyn SessionStore) {
    let record = opened(store, "law-end").await;
    let owner = subject("law-end");
    let ending = store.end(record.id, None, EndReason::Logout, start()).await.unwrap();
    assert_eq!(ending, Ending::Ended { subject: owner.clone() });
    assert_eq!(store.standing(record.id, start()).await.unwrap(), Standing::Over);
    assert_eq!(store.rotate(record.id, &refresh()).await.unwrap(), Rotation::Over);
    assert_eq!(store.list(&owner, start()).await.unwrap(), []);
    let again = store.end(record.id, Some(&owner), EndReason::Revoked, start()).await.unwrap();
    assert_eq!(again, Ending::AlreadyOver { subject: owner });
    let unknown = session("law-end", start()).id;
    assert_eq!(store.end(unknown, None, EndReason::Logout, start()).await.unwrap(), Ending::Unknown);
}

pub(super) async fn somebody_elses_session_is_unknown(store: &dyn SessionStore) {
    let record = opened(store, "law-victim").await;
    let thief = subject("law-thief");
    let ending = store.end(record.id, Some(&thief), EndReason::Revoked, start()).await.unwrap();
    assert_eq!(ending, Ending::Unknown);
    assert_ne!(store.standing(record.id, start()).await.unwrap(), Standing::Over);
}

pub(super) async fn ending_all_ends_all_and_raises_the_version(store: &dyn SessionStore) {
    let owner = subject("law-all");
    let other = opened(store, "law-all-other").await;
    let mut mine = vec![opened(store, "law-all").await.id, opened(store, "law-all").await.id];
    let mut ended = store.end_all(&owner, EndReason::LogoutAll, start()).await.unwrap();
    mine.sort();
    ended.sort();
    assert_eq!(ended, mine);
    assert_eq!(store.list(&owner, start()).await.unwrap(), []);
    assert_ne!(
        store.standing(other.id, start()).await.unwrap(),
        Standing::Over,
        "other subjects are untouched"
    );

    let next = store.open(session("law-all", start()), Concurrency::Unlimited).await.unwrap();
    assert_eq!(next.security_version, 1);
    assert_eq!(store.raise_security_version(&owner).await.unwrap(), 2);
    assert_eq!(store.end_all(&subject("law-nobody"), EndReason::LogoutAll, start()).await.unwrap(), []);
}

pub(super) async fn ending_the_others_leaves_the_one_that_asks(store: &dyn SessionStore) {
    let owner = subject("law-others");
    let stranger = opened(store, "law-others-else").await;
    let mut others = vec![opened(store, "law-others").await.id, opened(store, "law-others").await.id];
    let kept = opened(store, "law-others").await;
    let OthersEnding::Ended(mut ended) =
        store.end_others(&owner, kept.id, EndReason::Revoked, start()).await.unwrap()
    else {
        panic!("the kept one stands")
    };
    others.sort();
    ended.sort();
    assert_eq!(ended, others);
    for id in others {
        assert_eq!(store.standing(id, start()).await.unwrap(), Standing::Over);
    }
    let listed: Vec<_> =
        store.list(&owner, start()).await.unwrap().into_iter().map(|session| session.id).collect();
    assert_eq!(listed, [kept.id]);
    assert_ne!(store.standing(stranger.id, start()).await.unwrap(), Standing::Over, "of another subject");
    let Rotation::Rotated(renewal) = store.rotate(kept.id, &refresh()).await.unwrap() else {
        panic!("the kept one goes on")
    };
    assert_eq!(renewal.security_version, 0, "its access tokens go on as well");
    let again = store.end_others(&owner, kept.id, EndReason::Revoked, start()).await.unwrap();
    assert_eq!(again, OthersEnding::Ended(vec![]));
}

pub(super) async fn who_is_over_ends_nobody(store: &dyn SessionStore) {
    let owner = subject("law-others-over");
    let (gone, live) = (opened(store, "law-others-over").await, opened(store, "law-others-over").await);
    let thief = opened(store, "law-others-thief").await;
    let _ = store.end(gone.id, None, EndReason::Logout, start()).await.unwrap();
    let unknown = session("law-others-over", start()).id;
    for kept in [gone.id, thief.id, unknown] {
        let ending = store.end_others(&owner, kept, EndReason::Revoked, start()).await.unwrap();
        assert_eq!(ending, OthersEnding::KeptIsOver);
    }
    assert_ne!(store.standing(live.id, start()).await.unwrap(), Standing::Over);
    let late = start().plus(4 * HOUR);
    let ending = store.end_others(&owner, live.id, EndReason::Revoked, late).await.unwrap();
    assert_eq!(ending, OthersEnding::KeptIsOver, "it has expired");
}

pub(super) async fn of_sessions_that_end_each_other_at_once_one_is_left(store: &Arc<dyn SessionStore>) {
    let owner = subject("law-others-race");
    let mut racers = tokio::task::JoinSet::new();
    let mut sessions = Vec::new();
    for _ in 0..RACERS {
        sessions.push(opened(&**store, "law-others-race").await.id);
    }
    for kept in sessions {
        let (store, owner) = (store.clone(), owner.clone());
        racers.spawn(async move {
            (kept, store.end_others(&owner, kept, EndReason::Revoked, start()).await.unwrap())
        });
    }
    let endings = racers.join_all().await;
    let winners: Vec<_> =
        endings.iter().filter(|(_, ending)| matches!(ending, OthersEnding::Ended(_))).collect();
    let [(winner, OthersEnding::Ended(ended))] = winners[..] else {
        panic!("{} have ended the others", winners.len())
    };
    assert_eq!(ended.len(), RACERS - 1);
    let left = store.list(&owner, start()).await.unwrap();
    assert_eq!(left.iter().map(|session| session.id).collect::<Vec<_>>(), [*winner]);
}

pub(super) async fn racing_refreshes_and_an_ending_leave_nothing_alive(store: &Arc<dyn SessionStore>) {
    let record = opened(&**store, "law-race-end").await;
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..RACERS {
        let (store, id) = (store.clone(), record.id);
        racers.spawn(async move {
            if racer == RACERS / 2 {
                let _ = store.end_all(&subject("law-race-end"), EndReason::LogoutAll, start()).await.unwrap();
            } else {
                let _ = store.rotate(id, &refresh()).await.unwrap();
            }
        });
    }
    racers.join_all().await;
    assert_eq!(store.standing(record.id, start()).await.unwrap(), Standing::Over);
}

pub(super) async fn purging_forgets_only_what_is_over(store: &dyn SessionStore) {
    let ended = opened(store, "law-purge").await;
    let live = opened(store, "law-purge").await;
    let _ = store.end(ended.id, None, EndReason::Logout, start()).await.unwrap();
    let _ = store.purge(start()).await.unwrap();
    let not_yet = store.end(ended.id, None, EndReason::Logout, start()).await.unwrap();
    assert_eq!(not_yet, Ending::AlreadyOver { subject: subject("law-purge") });

    let later = start().plus(Duration::from_secs(1));
    assert!(store.purge(later).await.unwrap() >= 1);
    assert_eq!(store.end(ended.id, None, EndReason::Logout, start()).await.unwrap(), Ending::Unknown);
    assert_ne!(store.standing(live.id, later).await.unwrap(), Standing::Over);
}
