//! Object keys on PostgreSQL: what is erased stays erased, whoever is killed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod kill;
#[path = "../support/mod.rs"]
mod support;

use sqlx::Executor;
use std::sync::Arc;
use stockade_core::{Entropy, StoreErrorKind, SystemEntropy, UnixMillis};
use stockade_secure_delete::erase::{
    Cause, Erasing, Finding, Hold, Holding, Keeping, KeptKey, KeyFingerprint, MediumCaveat, ObjectId,
    ObjectKeys, Wrap, laws,
};
use support::{database, open, raw};

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

fn object(n: u32) -> ObjectId {
    ObjectId::new(format!("object/{n}")).unwrap()
}

fn key(n: u32) -> KeptKey {
    let mut wrap = vec![0; 80];
    SystemEntropy.fill(&mut wrap).unwrap();
    KeptKey {
        object: object(n),
        wrap: Wrap::new(wrap).unwrap(),
        fingerprint: KeyFingerprint::from_bytes([7; 16]),
        created_at: start(),
        expires_at: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_key_store_keeps_every_law() {
    let Some(database) = database().await else { return };
    laws::all(Arc::new(open(&database).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_race_for_one_erasure_and_one_hold() {
    let Some(database) = database().await else { return };
    let (one, two) = (open(&database).await, open(&database).await);
    for n in 0..20 {
        assert_eq!(one.keep(key(n)).await.unwrap(), Keeping::Kept);
        let hold = Hold::new("case".parse().unwrap(), "a court", start()).unwrap();
        let object = object(n);
        let (held, erased) =
            tokio::join!(one.hold(&object, hold), two.erase(&object, Cause::Requested, start()));
        let (held, erased) = (held.unwrap(), erased.unwrap());
        assert!(
            held == Holding::Held && matches!(erased, Erasing::Held { .. })
                || matches!((&held, &erased), (Holding::Erased(one), Erasing::Erased(two)) if one == two),
            "{held:?} {erased:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_row_has_no_wrap_and_the_store_says_what_it_cannot_do() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    assert_eq!(store.keep(key(0)).await.unwrap(), Keeping::Kept);
    let erased = store.erase(&object(0), Cause::Requested, start()).await.unwrap();
    assert!(matches!(erased, Erasing::Erased(_)));
    assert_eq!(store.scrub().await.unwrap(), MediumCaveat::DeadVersions);
    let mut raw = raw(&database).await;
    let wraps: i64 =
        sqlx::query_scalar("SELECT count(wrap) FROM stockade.object_keys").fetch_one(&mut raw).await.unwrap();
    assert_eq!(wraps, 0);
    // Nobody puts a wrap back beside the tombstone.
    let planted = raw.execute("UPDATE stockade.object_keys SET wrap = '\\x00'").await;
    assert!(planted.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_makes_no_sense_is_corrupt_and_opens_nothing() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    assert_eq!(store.keep(key(0)).await.unwrap(), Keeping::Kept);
    let mut raw = raw(&database).await;
    raw.execute("UPDATE stockade.object_keys SET wrap = NULL, erased_at = 1, cause = 'whim'").await.unwrap();
    assert_eq!(store.find(&object(0)).await.unwrap_err().kind(), StoreErrorKind::Corrupt);
    let erased = store.erase(&object(0), Cause::Requested, start()).await;
    assert_eq!(erased.unwrap_err().kind(), StoreErrorKind::Corrupt);
    assert!(matches!(store.find(&object(1)).await.unwrap(), Finding::Unknown));
}
