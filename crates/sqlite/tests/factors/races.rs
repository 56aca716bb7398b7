//! Two handles on one file, as two processes have them.

use super::{codes, pending, start, subject, token};
use crate::support::Files;
use std::future::Future;
use stockade_authn::factor::{Beginning, Confirmation, FactorStore, Spending, Step};
use stockade_authn::one_time::{Attempted, OneTimeTokenStore, Purpose};
use stockade_sqlite::Sqlite;

const RACERS: usize = 64;

/// Runs `act` 64 times at once, half on each handle, and gives how many won.
async fn winners<F>(stores: &[Sqlite; 2], act: impl Fn(Sqlite) -> F) -> usize
where
    F: Future<Output = bool> + Send + 'static,
{
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..RACERS {
        racers.spawn(act(stores[racer % 2].clone()));
    }
    racers.join_all().await.into_iter().filter(|won| *won).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_race_of_two_processes_for_a_factor_has_one_winner() {
    let files = Files::new();
    let stores = [files.open("db").await, files.open("db").await];
    assert_eq!(stores[0].begin(&subject(1), pending(1)).await.unwrap(), Beginning::Begun);
    let confirmed = winners(&stores, |store| async move {
        let codes = codes(1, 1);
        store.confirm(&subject(1), pending(1).id, 100, codes, start()).await.unwrap()
            == Confirmation::Confirmed
    });
    assert_eq!(confirmed.await, 1);
    for step in [101, 102, 105] {
        let accepted = winners(&stores, move |store| async move {
            store.accept_step(&subject(1), pending(1).id, step).await.unwrap() == Step::Accepted
        });
        assert_eq!(accepted.await, 1, "step {step}");
    }
    for n in 0..3 {
        let spent = winners(&stores, move |store| async move {
            let codes = codes(1, 1);
            store.spend_backup_code(&subject(1), codes.id, codes.digests[n]).await.unwrap()
                != Spending::Unknown
        });
        assert_eq!(spent.await, 1, "code {n}");
    }
    assert_eq!(stores[1].factors(&subject(1)).await.unwrap().backup_codes_left(), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_race_of_two_processes_for_a_token_has_one_winner() {
    let files = Files::new();
    let stores = [files.open("db").await, files.open("db").await];
    for (n, purpose) in (0..).zip(Purpose::ALL) {
        stores[0].issue(token(n, purpose), purpose.max_live()).await.unwrap();
        let digest = token(n, purpose).digest;
        let counted = winners(&stores, move |store| async move {
            store.attempt(digest, purpose, start()).await.unwrap() != Attempted::Gone
        });
        assert_eq!(counted.await, purpose.attempts().get() as usize, "{purpose:?}");
        let taken = winners(&stores, move |store| async move {
            store.take(digest, purpose, start()).await.unwrap().is_some()
        });
        assert_eq!(taken.await, 1, "{purpose:?}");
    }
}
