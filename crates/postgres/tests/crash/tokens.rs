use crate::{Crash, HOUR, KILLS, start};
use std::num::NonZeroU32;
use stockade_authn::one_time::{Attempted, Bound, OneTimeDigest, OneTimeRecord, OneTimeTokenStore, Purpose};
use stockade_core::{Entropy, SystemEntropy};

const PURPOSE: Purpose = Purpose::ResetPassword;
const MANY: NonZeroU32 = NonZeroU32::MAX;

fn token(attempts: u32) -> OneTimeRecord {
    let mut digest = [0; 32];
    SystemEntropy.fill(&mut digest).unwrap();
    OneTimeRecord {
        digest: OneTimeDigest::from_bytes(digest),
        purpose: PURPOSE,
        subject: "ada".parse().unwrap(),
        bound: Bound::new("1").unwrap(),
        issued_at: start(),
        expires_at: start().plus(HOUR),
        attempts_left: attempts,
    }
}

/// How far a token came, as far as its owner was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Issued,
    Asked,
    Taken,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_amid_reset_lets_no_token_be_taken_twice_and_loses_none() {
    let Some(crash) = Crash::new().await else { return };
    for round in 0..KILLS {
        let told = crash
            .kill_amid(|store, watch| async move {
                let mut told = Vec::new();
                while !watch.is_over() {
                    // One stays, one is taken.
                    for take in [false, true] {
                        let token = token(1);
                        let digest = token.digest;
                        if store.issue(token, MANY).await.is_err() {
                            return told;
                        }
                        if !take {
                            told.push((digest, Told::Issued));
                            continue;
                        }
                        match store.take(digest, PURPOSE, start()).await {
                            Ok(taken) => {
                                assert!(taken.is_some());
                                told.push((digest, Told::Taken));
                                watch.done();
                            }
                            Err(_) => {
                                told.push((digest, Told::Asked));
                                return told;
                            }
                        }
                    }
                }
                told
            })
            .await;
        let store = crash.store().await;
        for (digest, told) in told.into_iter().rev().take(100) {
            let taken = store.take(digest, PURPOSE, start()).await.unwrap();
            match told {
                Told::Issued => assert!(taken.is_some(), "round {round}: lost"),
                Told::Taken => assert!(taken.is_none(), "round {round}: taken twice"),
                Told::Asked => {}
            }
            assert!(store.take(digest, PURPOSE, start()).await.unwrap().is_none());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_amid_guessing_gives_no_attempt_back() {
    let Some(crash) = Crash::new().await else { return };
    let pending = token(1_000_000);
    let digest = pending.digest;
    crash.store().await.issue(pending, MANY).await.unwrap();
    let mut told = 1_000_000;
    for round in 0..KILLS {
        let before = told;
        told = crash
            .kill_amid(|store, watch| async move {
                let mut told = before;
                while !watch.is_over() {
                    match store.attempt(digest, PURPOSE, start()).await {
                        Ok(Attempted::Counted { left, .. }) => {
                            told = left;
                            watch.done();
                        }
                        Ok(Attempted::Gone) => panic!("it allows more than anybody makes"),
                        Err(_) => break,
                    }
                }
                told
            })
            .await;
        let kept = crash.store().await.find(digest, PURPOSE, start()).await.unwrap().unwrap();
        assert!(kept.attempts_left == told || kept.attempts_left + 1 == told, "round {round}");
        told = kept.attempts_left;
    }
}
