//! Role assignments on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlx::Connection;
use std::sync::Arc;
use stockade_core::{RoleName, SubjectId};
use stockade_rbac::{FirstGrant, Granting, Revoking, RoleAssignments, StoreError, laws};

mod support;

use support::{database, open, raw};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_store_keeps_the_laws() {
    let Some(database) = database().await else { return };
    laws::all(Arc::new(open(&database).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_of_two_processes_for_the_first_admin_makes_one() {
    let Some(database) = database().await else { return };
    let stores = [open(&database).await, open(&database).await];
    for round in 0..20 {
        let role: RoleName = format!("admin-{round}").parse().unwrap();
        // The first of them is given the role by hand at the same moment: either way somebody holds it first, and nobody waits for
        // ever for the other.
        let racers = (0..16).map(|racer| {
            let (store, role) = (stores[racer % 2].clone(), role.clone());
            tokio::spawn(async move {
                let subject = subject(&format!("user-{}", racer % 8));
                if racer == 0 {
                    let _ = store.grant(&subject, &role).await.unwrap();
                    return 0;
                }
                usize::from(store.grant_first(&subject, &role).await.unwrap() == FirstGrant::Granted)
            })
        });
        let mut granted = 0;
        for racer in racers.collect::<Vec<_>>() {
            granted += racer.await.unwrap();
        }
        assert!(granted <= 1, "round {round}: {granted}");
        assert_eq!(stores[0].grant_first(&subject("late"), &role).await.unwrap(), FirstGrant::HeldBefore);
    }
}

#[tokio::test]
async fn a_first_grant_is_not_made_again_after_the_database_is_opened_again() {
    let Some(database) = database().await else { return };
    let admin = "admin".parse().unwrap();
    let store = open(&database).await;
    assert_eq!(store.grant_first(&subject("ada"), &admin).await.unwrap(), FirstGrant::Granted);
    assert_eq!(store.revoke(&subject("ada"), &admin).await.unwrap(), Revoking::Revoked);
    store.close().await;
    let store = open(&database).await;
    assert_eq!(store.grant_first(&subject("eve"), &admin).await.unwrap(), FirstGrant::HeldBefore);
}

#[tokio::test]
async fn partial_write_of_a_first_grant_leaves_neither_role_nor_claim() {
    let Some(database) = database().await else { return };
    let admin = "admin".parse().unwrap();
    let store = open(&database).await;
    let mut torn = raw(&database).await;
    let mut transaction = torn.begin().await.unwrap();
    sqlx::query("INSERT INTO stockade.role_assignments VALUES ('ada', 'admin')")
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(store.grant_first(&subject("bob"), &admin).await.unwrap(), FirstGrant::Granted);
}

#[tokio::test]
async fn roles_held_by_an_operators_hand_count_as_held() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    let by_hand = "INSERT INTO stockade.role_assignments VALUES ('ada', 'root'), ('ada', 'old');
        UPDATE stockade.role_assignments SET role = 'new' WHERE role = 'old';
        DELETE FROM stockade.role_assignments;";
    sqlx::raw_sql(by_hand).execute(&mut raw(&database).await).await.unwrap();
    for role in ["root", "old", "new"] {
        let role = role.parse().unwrap();
        assert_eq!(store.grant_first(&subject("eve"), &role).await.unwrap(), FirstGrant::HeldBefore);
    }
}

#[tokio::test]
async fn asvs_v1_2_4_sql_injection_in_a_subject_is_a_name_like_any_other() -> Result<(), StoreError> {
    let Some(database) = database().await else { return Ok(()) };
    let store = open(&database).await;
    let admin: RoleName = "admin".parse().unwrap();
    assert_eq!(store.grant(&subject("ada"), &admin).await?, Granting::Granted);
    for attack in ["'OR'1'='1", "x');DELETE/**/FROM/**/stockade.role_assignments;--", "%", "\"\"", "$1"] {
        assert!(store.roles_of(&subject(attack)).await?.is_empty());
        assert_eq!(store.grant(&subject(attack), &admin).await?, Granting::Granted);
        assert_eq!(store.roles_of(&subject(attack)).await?, std::slice::from_ref(&admin));
        let _ = store.revoke(&subject(attack), &admin).await?;
    }
    assert_eq!(store.roles_of(&subject("ada")).await?, [admin]);
    Ok(())
}

#[tokio::test]
async fn a_bad_row_is_corrupt_and_grants_nothing() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    let planted = "INSERT INTO stockade.role_assignments VALUES ('ada', 'ADMIN')";
    sqlx::query(planted).execute(&mut raw(&database).await).await.unwrap();
    let error = store.roles_of(&subject("ada")).await.unwrap_err();
    assert_eq!(error.kind(), stockade_core::StoreErrorKind::Corrupt);
}

fn subject(text: &str) -> SubjectId {
    text.parse().unwrap()
}
