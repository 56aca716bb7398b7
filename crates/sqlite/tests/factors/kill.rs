//! A process that enrols, spends and redeems, killed at random, again and again.

use super::{codes, pending, start, subject, token};
use crate::killed::{ROUND, acknowledge, given, killed};
use crate::support::Files;
use stockade_authn::factor::{Beginning, Confirmation, FactorStore, Regeneration, Spending, Step};
use stockade_authn::one_time::{Attempted, OneTimeTokenStore, Purpose};
use stockade_sqlite::Sqlite;

const KILLS: u32 = 10;

#[tokio::test]
#[ignore = "the process that `sigkill_between_the_steps_leaves_no_half_state` starts and kills"]
async fn the_service_that_is_killed() {
    let (path, first) = given();
    let store = Sqlite::open(&path).await.unwrap();
    for n in first.. {
        let (owner, pending, set, token) =
            (subject(n), pending(n), codes(n, 1), token(n, Purpose::MfaPending));
        assert_eq!(store.begin(&owner, pending.clone()).await.unwrap(), Beginning::Begun);
        acknowledge(n, "begin");
        let confirmed = store.confirm(&owner, pending.id, 100, set.clone(), start()).await.unwrap();
        assert_eq!(confirmed, Confirmation::Confirmed);
        acknowledge(n, "confirm");
        assert_eq!(store.accept_step(&owner, pending.id, 101).await.unwrap(), Step::Accepted);
        acknowledge(n, "step");
        for (i, code) in ["code0", "code1"].into_iter().enumerate() {
            let spent = store.spend_backup_code(&owner, set.id, set.digests[i]).await.unwrap();
            assert!(matches!(spent, Spending::Spent { .. }));
            acknowledge(n, code);
        }
        store.issue(token.clone(), token.purpose.max_live()).await.unwrap();
        acknowledge(n, "issue");
        let counted = store.attempt(token.digest, token.purpose, start()).await.unwrap();
        assert!(matches!(counted, Attempted::Counted { left: 4, .. }));
        acknowledge(n, "attempt");
        assert!(store.take(token.digest, token.purpose, start()).await.unwrap().is_some());
        acknowledge(n, "take");
        let replaced = store.replace_backup_codes(&owner, codes(n, 2)).await.unwrap();
        assert_eq!(replaced, Regeneration::Replaced);
        acknowledge(n, "replace");
    }
}

#[tokio::test]
async fn sigkill_between_the_steps_leaves_no_half_state() {
    let files = Files::new();
    let path = files.path("db");
    drop(files.open("db").await);
    for round in 0..KILLS {
        let first = round * ROUND;
        let said = tokio::task::spawn_blocking({
            let path = path.clone();
            move || killed(&path, first, 20..70, 4_000)
        })
        .await
        .unwrap();
        let store = files.open("db").await;
        let last = said.iter().map(|(n, _)| *n).max().unwrap();
        for n in first..=last + 1 {
            let was_said = |what: &str| said.contains(&(n, what.to_owned()));
            judge_factors(&store, n, &was_said).await;
            judge_token(&store, n, &was_said).await;
        }
        store.close().await;
    }
}

async fn judge_factors(store: &Sqlite, n: u32, was_said: &impl Fn(&str) -> bool) {
    let owner = subject(n);
    let factors = store.factors(&owner).await.unwrap();
    let Some(totp) = factors.totp else {
        assert_eq!(factors.backup, None, "{n}: codes without an authenticator");
        assert!(!was_said("confirm"), "{n}: what was confirmed is in force");
        assert!(factors.pending.is_some() || !was_said("begin"), "{n}: what was begun waits");
        assert_eq!(store.begin(&owner, pending(n)).await.unwrap(), Beginning::Begun, "{n}: locked out");
        return;
    };
    let backup = factors.backup.expect("an authenticator without codes");
    assert_eq!((factors.pending, totp.id), (None, pending(n).id));
    assert_eq!(store.accept_step(&owner, totp.id, 100).await.unwrap(), Step::Replayed, "{n}: twice");
    if was_said("step") {
        assert_eq!(store.accept_step(&owner, totp.id, 101).await.unwrap(), Step::Replayed, "{n}: twice");
    }
    assert_eq!(store.accept_step(&owner, totp.id, 102).await.unwrap(), Step::Accepted, "{n}: locked out");

    let (old, new) = (codes(n, 1), codes(n, 2));
    if backup.id == new.id {
        assert_eq!(backup.left, 10, "{n}: a set is whole");
    } else {
        assert!(backup.id == old.id && !was_said("replace"));
        let spent = u32::from(was_said("code0")) + u32::from(was_said("code1"));
        assert!((10 - spent - 1..=10 - spent).contains(&backup.left), "{n}: at most one more than was said");
    }
    for (i, code) in ["code0", "code1"].into_iter().enumerate() {
        if was_said(code) {
            let again = store.spend_backup_code(&owner, backup.id, old.digests[i]).await.unwrap();
            assert_eq!(again, Spending::Unknown, "{n}: {code} twice");
        }
    }
    let unused = if backup.id == new.id { new.digests[9] } else { old.digests[9] };
    let spent = store.spend_backup_code(&owner, backup.id, unused).await.unwrap();
    assert_eq!(spent, Spending::Spent { left: backup.left - 1 }, "{n}: locked out");
}

async fn judge_token(store: &Sqlite, n: u32, was_said: &impl Fn(&str) -> bool) {
    let token = token(n, Purpose::MfaPending);
    let attempted = store.attempt(token.digest, token.purpose, start()).await.unwrap();
    let taken = store.take(token.digest, token.purpose, start()).await.unwrap();
    if was_said("take") {
        assert_eq!((&attempted, &taken), (&Attempted::Gone, &None), "{n}: taken twice");
    } else if was_said("issue") && !was_said("attempt") {
        assert!(taken.is_some(), "{n}: issued and lost");
    }
    if was_said("attempt") {
        let gives_back = matches!(attempted, Attempted::Counted { left, .. } if left > 3);
        assert!(!gives_back, "{n}: a crash gives no attempt back");
    }
    assert_eq!(store.take(token.digest, token.purpose, start()).await.unwrap(), None);
}
