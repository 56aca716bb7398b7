//! Object keys on SQLite: what is erased stays erased, and what its files still have of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

mod files;
mod kill;
#[path = "../support/killed.rs"]
mod killed;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;
use stockade_core::UnixMillis;
use stockade_secure_delete::erase::{
    Cause, Erasing, Finding, Holding, Keeping, KeptKey, KeyFingerprint, ObjectId, ObjectKeys, Wrap, laws,
};
use stockade_sqlite::Sqlite;
use support::Files;

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

fn object(n: u32) -> ObjectId {
    // In no order of their coming, as random ids are.
    ObjectId::new(format!("{:08x}/{n}", n.wrapping_mul(0x9e37_79b9))).unwrap()
}

/// A wrap that nothing else in a file looks like, the same in every process.
fn wrap(n: u32, turn: u8) -> Wrap {
    let mut state = u64::from(n) << 8 | u64::from(turn) | 0xa5a5 << 48;
    let next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 56) as u8
    };
    Wrap::new(std::iter::repeat_with(next).take(80).collect()).unwrap()
}

fn key(n: u32) -> KeptKey {
    KeptKey {
        object: object(n),
        wrap: wrap(n, 0),
        fingerprint: KeyFingerprint::from_bytes([7; 16]),
        created_at: start(),
        expires_at: None,
    }
}

async fn erase(store: &Sqlite, n: u32) -> Erasing {
    store.erase(&object(n), Cause::Requested, start()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_key_store_keeps_every_law() {
    let files = Files::new();
    laws::all(Arc::new(files.open("db").await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_race_for_one_erasure() {
    let files = Files::new();
    let stores = [files.open("db").await, files.open("db").await];
    for n in 0..20 {
        assert_eq!(stores[0].keep(key(n)).await.unwrap(), Keeping::Kept);
        let (one, two) = tokio::join!(erase(&stores[0], n), erase(&stores[1], n));
        let won = [one, two].iter().filter(|erasing| matches!(erasing, Erasing::Erased(_))).count();
        assert_eq!(won, 1);
    }
}

#[tokio::test]
async fn a_restart_finds_keys_holds_and_tombstones() {
    let files = Files::new();
    let store = files.open("db").await;
    for n in 0..3 {
        assert_eq!(store.keep(key(n)).await.unwrap(), Keeping::Kept);
    }
    let hold = stockade_secure_delete::erase::Hold::new("case".parse().unwrap(), "a court", start()).unwrap();
    assert_eq!(store.hold(&object(1), hold.clone()).await.unwrap(), Holding::Held);
    let Erasing::Erased(tombstone) = erase(&store, 2).await else { panic!("it lived") };
    store.close().await;
    let store = files.open("db").await;
    assert_eq!(store.find(&object(0)).await.unwrap(), Finding::Live(key(0)));
    assert_eq!(store.holds(&object(1)).await.unwrap(), std::slice::from_ref(&hold));
    assert_eq!(erase(&store, 1).await, Erasing::Held { by: vec![hold.name] });
    assert_eq!(store.find(&object(2)).await.unwrap(), Finding::Erased(tombstone.clone()));
    assert_eq!(store.keep(key(2)).await.unwrap(), Keeping::Erased(tombstone));
}

#[tokio::test]
async fn a_row_that_makes_no_sense_is_corrupt_and_opens_nothing() {
    use sqlx::Executor;
    let files = Files::new();
    let store = files.open("db").await;
    assert_eq!(store.keep(key(0)).await.unwrap(), Keeping::Kept);
    let mut raw = support::raw(&files.path("db")).await;
    raw.execute("UPDATE object_keys SET erased_at = 1, cause = 'whim'").await.unwrap();
    let error = store.find(&object(0)).await.unwrap_err();
    assert_eq!(error.kind(), stockade_core::StoreErrorKind::Corrupt);
    assert!(store.erase(&object(0), Cause::Requested, start()).await.is_err());
}
