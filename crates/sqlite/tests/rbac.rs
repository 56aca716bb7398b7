//! Role assignments on SQLite.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use stockade_core::{RoleName, SubjectId};
use stockade_rbac::{FirstGrant, Granting, Revoking, RoleAssignments, StoreError, laws};

mod support;

use support::{Files, raw};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_store_keeps_the_laws() {
    laws::all(Arc::new(Files::new().open("db").await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_racing_for_the_first_admin_make_one() {
    let files = Files::new();
    let stores = [files.open("db").await, files.open("db").await];
    for round in 0..20 {
        let role: RoleName = format!("admin-{round}").parse().unwrap();
        let racers = (0..16).map(|racer| {
            let store = stores[racer % 2].clone();
            let role = role.clone();
            tokio::spawn(async move { store.grant_first(&subject(&format!("user-{racer}")), &role).await })
        });
        let mut granted = 0;
        for racer in racers.collect::<Vec<_>>() {
            granted += usize::from(racer.await.unwrap().unwrap() == FirstGrant::Granted);
        }
        assert_eq!(granted, 1, "round {round}");
    }
}

#[tokio::test]
async fn a_first_grant_is_not_made_again_after_the_file_is_opened_again() {
    let files = Files::new();
    let admin = "admin".parse().unwrap();
    let store = files.open("db").await;
    assert_eq!(store.grant_first(&subject("ada"), &admin).await.unwrap(), FirstGrant::Granted);
    assert_eq!(store.revoke(&subject("ada"), &admin).await.unwrap(), Revoking::Revoked);
    drop(store);
    let store = files.open("db").await;
    assert_eq!(store.grant_first(&subject("eve"), &admin).await.unwrap(), FirstGrant::HeldBefore);
}

#[tokio::test]
async fn partial_write_of_a_first_grant_leaves_neither_role_nor_claim() {
    let files = Files::new();
    let admin = "admin".parse().unwrap();
    let store = files.open("db").await;
    let mut torn = raw(&files.path("db")).await;
    sqlx::raw_sql("BEGIN IMMEDIATE; INSERT INTO role_assignments VALUES ('ada', 'admin');")
        .execute(&mut torn)
        .await
        .unwrap();
    drop(torn);
    assert_eq!(store.grant_first(&subject("bob"), &admin).await.unwrap(), FirstGrant::Granted);
}

#[tokio::test]
async fn roles_held_before_the_migration_and_by_an_operators_hand_count_as_held() {
    let files = Files::new();
    let (admin, root) = ("admin".parse().unwrap(), "root".parse().unwrap());
    files.open("db").await.close().await;
    let mut file = raw(&files.path("db")).await;
    let undone = "DROP TRIGGER roles_held_note; DROP TABLE roles_held;
        CREATE INDEX role_assignments_by_role ON role_assignments (role);
        DELETE FROM _sqlx_migrations WHERE version = 20261122000500;
        INSERT INTO role_assignments VALUES ('ada', 'admin');";
    sqlx::raw_sql(undone).execute(&mut file).await.unwrap();
    let store = files.open("db").await;
    assert_eq!(store.grant_first(&subject("eve"), &admin).await.unwrap(), FirstGrant::HeldBefore);
    let by_hand = "INSERT INTO role_assignments VALUES ('ada', 'root');
        DELETE FROM role_assignments WHERE role = 'root';";
    sqlx::raw_sql(by_hand).execute(&mut file).await.unwrap();
    assert_eq!(store.grant_first(&subject("eve"), &root).await.unwrap(), FirstGrant::HeldBefore);
}

#[tokio::test]
async fn roles_are_there_after_the_file_is_opened_again() {
    let files = Files::new();
    let (ada, admin) = (subject("ada"), "admin".parse().unwrap());
    let store = files.open("db").await;
    assert_eq!(store.grant(&ada, &admin).await.unwrap(), Granting::Granted);
    drop(store);
    assert_eq!(files.open("db").await.roles_of(&ada).await.unwrap(), [admin]);
}

#[tokio::test]
async fn asvs_v1_2_4_sql_injection_in_a_subject_is_a_name_like_any_other() -> Result<(), StoreError> {
    let files = Files::new();
    let store = files.open("db").await;
    let admin: RoleName = "admin".parse().unwrap();
    assert_eq!(store.grant(&subject("ada"), &admin).await?, Granting::Granted);
    for attack in ["'OR'1'='1", "x');DELETE/**/FROM/**/role_assignments;--", "%", "\"\"", "?1"] {
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
    let files = Files::new();
    let store = files.open("db").await;
    let planted = "INSERT INTO role_assignments VALUES ('ada', 'ADMIN')";
    sqlx::query(planted).execute(&mut raw(&files.path("db")).await).await.unwrap();
    let error = store.roles_of(&subject("ada")).await.unwrap_err();
    assert_eq!(error.kind(), stockade_core::StoreErrorKind::Corrupt);
}

fn subject(text: &str) -> SubjectId {
    text.parse().unwrap()
}
