use crate::{Crash, HOUR, KILLS, start};
use stockade_authn::factor::{
    BackupDigest, BackupSet, Beginning, Confirmation, FactorId, FactorStore, PendingTotp, SealedTotp,
    Spending, Step,
};
use stockade_authn::password::{Argon2Params, Derivation};
use stockade_core::{Entropy, SubjectId, SystemEntropy};

const CODES: u32 = 10;

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemEntropy.fill(&mut bytes).unwrap();
    bytes
}

fn pending() -> PendingTotp {
    PendingTotp {
        id: FactorId::from_bytes(random()),
        sealed: SealedTotp::from_bytes(random::<60>().to_vec()),
        expires_at: start().plus(HOUR),
    }
}

fn codes() -> BackupSet {
    BackupSet {
        id: FactorId::from_bytes(random()),
        salt: random(),
        derivation: Derivation { params: Argon2Params::insecure_for_tests(), pepper: None },
        digests: (0..CODES).map(|_| BackupDigest::from_bytes(random())).collect(),
    }
}

fn subject(round: u32, n: u32) -> SubjectId {
    format!("ada-{round}-{n}").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_amid_enrolment_leaves_an_authenticator_with_all_its_codes_or_none() {
    let Some(crash) = Crash::new().await else { return };
    for round in 0..KILLS {
        let confirmed = crash
            .kill_amid(move |store, watch| async move {
                for n in 0.. {
                    let (subject, pending) = (subject(round, n), pending());
                    let id = pending.id;
                    if watch.is_over() || store.begin(&subject, pending).await.is_err() {
                        return n;
                    }
                    match store.confirm(&subject, id, 100, codes(), start()).await {
                        Ok(confirmed) => {
                            assert_eq!(confirmed, Confirmation::Confirmed);
                            watch.done();
                        }
                        Err(_) => return n,
                    }
                }
                0
            })
            .await;
        let store = crash.store().await;
        for n in (0..=confirmed).rev().take(50) {
            let subject = subject(round, n);
            let factors = store.factors(&subject).await.unwrap();
            let codes = factors.backup.as_ref().map(|kept| kept.left);
            match &factors.totp {
                Some(totp) => {
                    assert_eq!((codes, factors.pending.is_none()), (Some(CODES), true), "round {round}: {n}");
                    let replayed = store.accept_step(&subject, totp.id, 100).await.unwrap();
                    assert_eq!(replayed, Step::Replayed, "round {round}: {n}: the code is consumed");
                }
                None => {
                    assert_eq!((n, codes), (confirmed, None), "round {round}: {n}: lost or half");
                    // Nobody is locked out: it can be confirmed still, or begun anew.
                    assert_eq!(store.begin(&subject, pending()).await.unwrap(), Beginning::Begun);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_amid_verification_lets_no_code_be_used_twice() {
    let Some(crash) = Crash::new().await else { return };
    let (ada, pending) = (subject(0, 0), pending());
    let id = pending.id;
    let store = crash.store().await;
    assert_eq!(store.begin(&ada, pending).await.unwrap(), Beginning::Begun);
    let confirmed = store.confirm(&ada, id, 0, codes(), start()).await.unwrap();
    assert_eq!(confirmed, Confirmation::Confirmed);
    let mut step = 0;
    for round in 0..KILLS {
        let (before, ada) = (step, ada.clone());
        let of = ada.clone();
        step = crash
            .kill_amid(move |store, watch| async move {
                let mut step = before;
                while !watch.is_over() {
                    match store.accept_step(&of, id, step + 1).await {
                        Ok(Step::Accepted) => {
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
        let store = crash.store().await;
        assert_eq!(store.accept_step(&ada, id, step).await.unwrap(), Step::Replayed, "round {round}");
        step += 2;
        assert_eq!(store.accept_step(&ada, id, step).await.unwrap(), Step::Accepted, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_amid_backup_codes_spends_each_once_and_loses_none() {
    let Some(crash) = Crash::new().await else { return };
    for round in 0..KILLS {
        let ada = subject(round, 0);
        let set = BackupSet {
            digests: (0..1_000).map(|_| BackupDigest::from_bytes(random())).collect(),
            ..codes()
        };
        let (pending, store) = (pending(), crash.store().await);
        let id = pending.id;
        assert_eq!(store.begin(&ada, pending).await.unwrap(), Beginning::Begun);
        let confirmed = store.confirm(&ada, id, 0, set.clone(), start()).await.unwrap();
        assert_eq!(confirmed, Confirmation::Confirmed);
        let (of, digests) = (ada.clone(), set.digests.clone());
        let spent = crash
            .kill_amid(move |store, watch| async move {
                for (n, digest) in digests.iter().enumerate() {
                    if watch.is_over() {
                        return n;
                    }
                    match store.spend_backup_code(&of, set.id, *digest).await {
                        Ok(spent) => {
                            assert!(matches!(spent, Spending::Spent { .. }), "{n}: {spent:?}");
                            watch.done();
                        }
                        Err(_) => return n,
                    }
                }
                digests.len()
            })
            .await;
        let store = crash.store().await;
        let again = store.spend_backup_code(&ada, set.id, set.digests[spent - 1]).await.unwrap();
        assert_eq!(again, Spending::Unknown, "round {round}: spent twice");
        let left = store.factors(&ada).await.unwrap().backup.unwrap().left as usize;
        let all = set.digests.len();
        assert!(left == all - spent || left + 1 == all - spent, "round {round}: {left} left of {all}");
    }
}
