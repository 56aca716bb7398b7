//! A process that keeps and erases keys, killed at random, again and again.

use super::{Files, erase, key, object, start, wrap};
use crate::killed::{ROUND, acknowledge, given, killed};
use stockade_secure_delete::erase::{
    Erasing, Finding, Hold, Holding, Keeping, KeptKey, MediumCaveat, ObjectKeys, Rewrapping,
};
use stockade_sqlite::Sqlite;

const KILLS: u32 = 8;

#[tokio::test]
#[ignore = "the process that `sigkill_between_the_steps_brings_no_key_back` starts and kills"]
async fn the_service_that_is_killed() {
    let (path, first) = given();
    let store = Sqlite::open(&path).await.unwrap();
    for n in first.. {
        assert_eq!(store.keep(key(n)).await.unwrap(), Keeping::Kept);
        acknowledge(n, "keep");
        let rewrapped = store.rewrap(&object(n), &wrap(n, 0), wrap(n, 1)).await.unwrap();
        assert_eq!(rewrapped, Rewrapping::Rewrapped);
        acknowledge(n, "rewrap");
        if n % 2 == 0 {
            let hold = Hold::new("case".parse().unwrap(), "a court", start()).unwrap();
            assert_eq!(store.hold(&object(n), hold).await.unwrap(), Holding::Held);
            acknowledge(n, "hold");
        } else {
            assert!(matches!(erase(&store, n).await, Erasing::Erased(_)));
            acknowledge(n, "erase");
            let _ = store.scrub().await.unwrap();
        }
    }
}

#[tokio::test]
async fn sigkill_between_the_steps_brings_no_key_back() {
    let files = Files::new();
    let path = files.path("db");
    drop(files.open("db").await);
    for round in 0..KILLS {
        let first = round * ROUND;
        let said = tokio::task::spawn_blocking({
            let path = path.clone();
            move || killed(&path, first, 15..45, 8_000)
        })
        .await
        .unwrap();
        let store = files.open("db").await;
        let last = said.iter().map(|(n, _)| *n).max().unwrap();
        for n in first..=last + 1 {
            judge(&store, n, &|what: &str| said.contains(&(n, what.to_owned()))).await;
        }
        assert_eq!(store.scrub().await.unwrap(), MediumCaveat::OverwrittenInFile);
        let bytes = std::fs::read(&path).unwrap();
        for (n, _) in said.iter().filter(|(_, what)| what == "erase") {
            for turn in [0, 1] {
                let wrap = wrap(*n, turn);
                assert!(
                    !bytes.windows(80).any(|window| window == wrap.as_bytes()),
                    "{n}: its bytes are there"
                );
            }
        }
        store.close().await;
    }
}

async fn judge(store: &Sqlite, n: u32, was_said: &impl Fn(&str) -> bool) {
    match store.find(&object(n)).await.unwrap() {
        Finding::Unknown => assert!(!was_said("keep"), "{n}: kept and lost"),
        Finding::Live(found) => {
            assert!(!was_said("erase"), "{n}: erased and back");
            let (old, new) = (key(n), KeptKey { wrap: wrap(n, 1), ..key(n) });
            assert!(found == new || found == old && !was_said("rewrap"), "{n}: neither of its wraps");
            let held = !store.holds(&object(n)).await.unwrap().is_empty();
            assert!(held || !was_said("hold"), "{n}: a hold is lost");
            assert_eq!(matches!(erase(store, n).await, Erasing::Held { .. }), held);
        }
        Finding::Erased(stone) => {
            assert!(n % 2 == 1 && was_said("rewrap"), "{n}: nobody asked");
            assert_eq!(erase(store, n).await, Erasing::AlreadyErased(stone.clone()));
            assert_eq!(store.keep(key(n)).await.unwrap(), Keeping::Erased(stone));
        }
    }
}
