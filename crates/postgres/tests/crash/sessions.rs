use crate::{Crash, HOUR, KILLS, start};
use std::time::Duration;
use stockade_authn::refresh::{Nonce, TokenDigest};
use stockade_authn::session::{
    Concurrency, Rotation, RotationAttempt, SessionRecord, SessionStore, Standing,
};
use stockade_core::{AuthMethod, AuthMethods, ClientInfo, SessionId, SubjectId, SystemEntropy};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_amid_rotation_locks_nobody_out_and_lets_no_token_be_used_twice() {
    let Some(crash) = Crash::new().await else { return };
    let session = session("ada", 0);
    let _ = crash.store().await.open(session.clone(), Concurrency::Single).await.unwrap();
    let id = session.id;
    let mut step = 0_u32;
    for round in 0..KILLS {
        let before = step;
        step = crash
            .kill_amid(|store, watch| async move {
                let mut step = before;
                while !watch.is_over() {
                    match store.rotate(id, &attempt(step)).await {
                        Ok(Rotation::Rotated(_) | Rotation::Repeated { .. }) => {
                            step += 1;
                            watch.done();
                        }
                        Ok(other) => panic!("step {step}: {other:?}"),
                        Err(_) => break,
                    }
                }
                step
            })
            .await;
        // Whether the last attempt was carried out or not, the same token gets the same successor.
        let store = crash.store().await;
        match store.rotate(id, &attempt(step)).await.unwrap() {
            Rotation::Rotated(_) | Rotation::Repeated { .. } => step += 1,
            other => panic!("round {round}: locked out by {other:?}"),
        }
    }
    let store = crash.store().await;
    let replayed = store.rotate(id, &attempt(step - 2)).await.unwrap();
    assert!(matches!(replayed, Rotation::Reused { .. }), "{replayed:?}");
    assert_eq!(store.standing(id, start()).await.unwrap(), Standing::Over, "a replay ends the session");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_amid_sign_in_leaves_one_session_on_one_device() {
    let Some(crash) = Crash::new().await else { return };
    let ada: SubjectId = "ada".parse().unwrap();
    let mut second = 0;
    for round in 0..KILLS {
        let before = second;
        let (opened, last) = crash
            .kill_amid(|store, watch| async move {
                let (mut second, mut last) = (before, None);
                while !watch.is_over() {
                    second += 1;
                    let session = session("ada", second);
                    let id = session.id;
                    match store.open(session, Concurrency::Single).await {
                        Ok(_) => {
                            last = Some(id);
                            watch.done();
                        }
                        Err(_) => return (second, [last, Some(id)]),
                    }
                }
                (second, [last, last])
            })
            .await;
        second = opened;
        let live = crash.store().await.list(&ada, start()).await.unwrap();
        assert_eq!(live.len(), 1, "round {round}: {live:?}");
        assert!(last.contains(&Some(live[0].id)), "round {round}: neither the last nor the one under way");
    }
}

fn session(owner: &str, second: u64) -> SessionRecord {
    let at = start().plus(Duration::from_millis(second));
    SessionRecord {
        id: SessionId::generate(at, &SystemEntropy).unwrap(),
        subject: owner.parse().unwrap(),
        client: ClientInfo::at([203, 0, 113, 7].into()),
        created_at: at,
        methods: AuthMethods::of(AuthMethod::Password),
        credential_version: 0,
        last_seen_at: at,
        idle_expires_at: at.plus(HOUR),
        expires_at: at.plus(3 * HOUR),
        current: digest(0),
        last_rotation: None,
        ended: None,
    }
}

fn digest(step: u32) -> TokenDigest {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&step.to_be_bytes());
    TokenDigest::from_bytes(bytes)
}

fn attempt(step: u32) -> RotationAttempt {
    RotationAttempt {
        presented: digest(step),
        next: digest(step + 1),
        nonce: Nonce::from_bytes(digest(step).to_bytes()),
        now: start(),
        grace: Duration::from_secs(10),
        idle_timeout: HOUR,
    }
}
