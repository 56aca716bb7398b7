use super::super::{Concurrency, Renewal, Rotation, RotationAttempt, SessionRecord, SessionStore, Standing};
use super::{HOUR, RACERS, digest, session, start};
use crate::refresh::{Nonce, TokenDigest};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::UnixMillis;

const GRACE: Duration = Duration::from_secs(10);

fn attempt(presented: u8, next: u8, now: UnixMillis) -> RotationAttempt {
    RotationAttempt {
        presented: digest(presented),
        next: digest(next),
        nonce: Nonce::from_bytes([next; 32]),
        now,
        grace: GRACE,
        idle_timeout: HOUR,
    }
}

fn renewal(of: &SessionRecord) -> Renewal {
    Renewal {
        subject: of.subject.clone(),
        security_version: 0,
        authenticated_at: of.created_at,
        methods: of.methods,
        credential_version: of.credential_version,
    }
}

async fn opened(store: &dyn SessionStore, owner: &str) -> SessionRecord {
    let record = session(owner, start());
    assert_eq!(store.open(record.clone(), Concurrency::Unlimited).await.unwrap().security_version, 0);
    record
}

async fn is_over(store: &dyn SessionStore, record: &SessionRecord, now: UnixMillis) -> bool {
    store.standing(record.id, now).await.unwrap() == Standing::Over
}

pub(super) async fn the_current_token_rotates_once(store: &dyn SessionStore) {
    let record = opened(store, "law-rotate").await;
    let later = start().plus(HOUR / 2);
    let rotated = store.rotate(record.id, &attempt(0, 1, later)).await.unwrap();
    assert_eq!(rotated, Rotation::Rotated(renewal(&record)));
    let kept = &store.list(&record.subject, later).await.unwrap()[0];
    assert_eq!((kept.current, kept.last_seen_at), (digest(1), later));
    assert_eq!(kept.valid_until(), later.plus(HOUR), "a renewal moves the idle timeout");
    let again = store.rotate(record.id, &attempt(1, 2, later)).await.unwrap();
    assert_eq!(again, Rotation::Rotated(renewal(&record)));
    let unknown = session("law-rotate", start()).id;
    assert_eq!(store.rotate(unknown, &attempt(0, 1, later)).await.unwrap(), Rotation::Over);
}

pub(super) async fn one_of_many_racing_refreshes_rotates_and_nobody_is_signed_out(
    store: &Arc<dyn SessionStore>,
    rounds: u32,
) {
    let record = opened(&**store, "law-race-rotate").await;
    let mut current = digest(0);
    for round in 0..rounds {
        let now = start().plus(Duration::from_millis(u64::from(round)));
        let mut racers = tokio::task::JoinSet::new();
        for racer in 0..RACERS {
            let mut unique = [0xee; 32];
            unique[..4].copy_from_slice(&round.to_be_bytes());
            unique[4] = u8::try_from(racer).unwrap();
            let attempt = RotationAttempt {
                presented: current,
                next: TokenDigest::from_bytes(unique),
                nonce: Nonce::from_bytes(unique),
                ..attempt(0, 0, now)
            };
            let (store, id) = (store.clone(), record.id);
            racers.spawn(async move { (unique, store.rotate(id, &attempt).await.unwrap()) });
        }
        let outcomes = racers.join_all().await;
        let winners: Vec<_> =
            outcomes.iter().filter(|(_, outcome)| matches!(outcome, Rotation::Rotated(_))).collect();
        assert_eq!(winners.len(), 1, "round {round}: one child");
        let child = winners[0].0;
        for (own, outcome) in &outcomes {
            match outcome {
                Rotation::Rotated(_) => assert_eq!(*own, child),
                Rotation::Repeated { nonce, .. } => assert_eq!(nonce.to_bytes(), child, "the winner's nonce"),
                other => panic!("round {round}: signed out by {other:?}"),
            }
        }
        current = TokenDigest::from_bytes(child);
    }
    assert!(!is_over(&**store, &record, start()).await);
}

pub(super) async fn a_spent_token_within_the_grace_repeats_its_successor(store: &dyn SessionStore) {
    let record = opened(store, "law-grace").await;
    let _ = store.rotate(record.id, &attempt(0, 1, start())).await.unwrap();
    let last_moment = start().plus(GRACE - Duration::from_millis(1));
    let repeated = store.rotate(record.id, &attempt(0, 9, last_moment)).await.unwrap();
    let (nonce, in_force) = (Nonce::from_bytes([1; 32]), digest(1));
    let expected = Rotation::Repeated { renewal: renewal(&record), nonce, in_force };
    assert_eq!(repeated, expected);
    let kept = &store.list(&record.subject, last_moment).await.unwrap()[0];
    assert_eq!((kept.current, kept.last_seen_at), (digest(1), start()), "a repetition changes nothing");
}

pub(super) async fn a_spent_token_after_the_grace_ends_the_session(store: &dyn SessionStore) {
    let record = opened(store, "law-reuse").await;
    let _ = store.rotate(record.id, &attempt(0, 1, start())).await.unwrap();
    let after = start().plus(GRACE);
    let reused = store.rotate(record.id, &attempt(0, 9, after)).await.unwrap();
    assert_eq!(reused, Rotation::Reused { subject: record.subject.clone() });
    assert!(is_over(store, &record, after).await);
    let heir = store.rotate(record.id, &attempt(1, 2, after)).await.unwrap();
    assert_eq!(heir, Rotation::Over, "the whole family is gone");
}

pub(super) async fn an_older_token_ends_the_session_even_within_the_grace(store: &dyn SessionStore) {
    let record = opened(store, "law-older").await;
    let _ = store.rotate(record.id, &attempt(0, 1, start())).await.unwrap();
    let _ = store.rotate(record.id, &attempt(1, 2, start())).await.unwrap();
    let reused = store.rotate(record.id, &attempt(0, 9, start())).await.unwrap();
    assert_eq!(reused, Rotation::Reused { subject: record.subject.clone() });
    assert!(is_over(store, &record, start()).await);
}

pub(super) async fn a_clock_set_back_does_not_hold_the_grace_open(store: &dyn SessionStore) {
    let record = opened(store, "law-clock").await;
    let _ = store.rotate(record.id, &attempt(0, 1, start())).await.unwrap();
    let set_back = start().minus(HOUR);
    let reused = store.rotate(record.id, &attempt(0, 9, set_back)).await.unwrap();
    assert_eq!(reused, Rotation::Reused { subject: record.subject.clone() });
}

pub(super) async fn timeouts_end_a_session(store: &dyn SessionStore) {
    let record = opened(store, "law-idle").await;
    let idle = start().plus(HOUR);
    assert!(is_over(store, &record, idle).await);
    assert_eq!(store.rotate(record.id, &attempt(0, 1, idle)).await.unwrap(), Rotation::Over);
    assert_eq!(store.list(&record.subject, idle).await.unwrap(), []);

    let record = opened(store, "law-absolute").await;
    for step in 1..=5_u8 {
        let now = start().plus(u32::from(step) * HOUR / 2);
        let rotated = store.rotate(record.id, &attempt(step - 1, step, now)).await.unwrap();
        assert_eq!(rotated, Rotation::Rotated(renewal(&record)), "step {step}");
    }
    let end = start().plus(3 * HOUR);
    assert!(is_over(store, &record, end).await, "however often it is renewed");
    assert_eq!(store.rotate(record.id, &attempt(5, 6, end)).await.unwrap(), Rotation::Over);
}
