//! What whoever carries off the files finds of an erased wrap.

use super::{Files, erase, key, object, start, wrap};
use sqlx::{Connection, Row};
use std::collections::HashSet;
use stockade_secure_delete::erase::{
    Erasing, Hold, Holding, Keeping, MediumCaveat, ObjectKeys, Releasing, Rewrapping, Wrap,
};

/// So many bytes of a wrap are telling.
const PART: usize = 16;

/// Which of the wraps the file and its log have, whole or in part.
fn found<'a>(files: &Files, wraps: impl IntoIterator<Item = &'a (u32, Wrap)>) -> HashSet<u32> {
    let mut bytes = Vec::new();
    for name in files.names() {
        bytes.extend(std::fs::read(files.path(&name)).unwrap());
    }
    let windows: HashSet<&[u8]> = bytes.windows(PART).collect();
    let has = |wrap: &Wrap| wrap.as_bytes().chunks_exact(PART).any(|part| windows.contains(part));
    wraps.into_iter().filter(|(_, wrap)| has(wrap)).map(|(n, _)| *n).collect()
}

#[tokio::test]
async fn asvs_v14_2_7_no_file_has_a_byte_of_an_erased_wrap() {
    let files = Files::new();
    let store = files.open("db").await;
    let (mut alive, mut gone) = (Vec::new(), Vec::new());
    // Enough for the pages of every table and index to be divided many times over, with all else going on between.
    for n in 0..600 {
        assert_eq!(store.keep(key(n)).await.unwrap(), Keeping::Kept);
        if n % 3 == 0 {
            let rewrapped = store.rewrap(&object(n), &wrap(n, 0), wrap(n, 1)).await.unwrap();
            assert_eq!(rewrapped, Rewrapping::Rewrapped);
            gone.push((n, wrap(n, 0)));
        }
        if n % 5 == 0 {
            let hold = Hold::new("case".parse().unwrap(), "for a while", start()).unwrap();
            assert_eq!(store.hold(&object(n), hold.clone()).await.unwrap(), Holding::Held);
            let _ = store.schedule(&object(n), Some(start())).await.unwrap();
            assert_eq!(store.release(&object(n), &hold.name).await.unwrap(), Releasing::Released { left: 0 });
        }
        let last = (n, wrap(n, u8::from(n % 3 == 0)));
        if n % 2 == 0 {
            gone.push(last);
        } else {
            alive.push(last);
        }
    }
    assert!(found(&files, &gone).len() >= 300, "they are there before");
    for n in (0..600).step_by(2) {
        assert!(matches!(erase(&store, n).await, Erasing::Erased(_)));
    }
    assert_eq!(store.scrub().await.unwrap(), MediumCaveat::OverwrittenInFile);
    assert_eq!(found(&files, &gone), HashSet::new());
    assert_eq!(found(&files, &alive).len(), alive.len(), "this is how a wrap looks");
    assert_eq!(files.path("db-wal").metadata().unwrap().len(), 0);
}

#[tokio::test]
async fn wraps_of_changing_length_leave_nothing_of_the_shorter_one() {
    let files = Files::new();
    let store = files.open("db").await;
    let mut gone = Vec::new();
    for n in 0..300 {
        assert_eq!(store.keep(key(n)).await.unwrap(), Keeping::Kept);
    }
    for n in 0..300_u32 {
        let longer = Wrap::new([wrap(n, 1).as_bytes(), wrap(n, 2).as_bytes()].concat()).unwrap();
        let rewrapped = store.rewrap(&object(n), &wrap(n, 0), longer.clone()).await.unwrap();
        assert_eq!(rewrapped, Rewrapping::Rewrapped);
        gone.extend([(n, wrap(n, 0)), (n, longer)]);
    }
    for n in 0..300 {
        assert!(matches!(erase(&store, n).await, Erasing::Erased(_)));
    }
    assert_eq!(store.scrub().await.unwrap(), MediumCaveat::OverwrittenInFile);
    let left = found(&files, &gone);
    assert!(left.is_empty(), "{} of 300 left something", left.len());
}

#[tokio::test]
async fn a_log_that_somebody_reads_is_said_to_be_left_and_emptied_later() {
    let files = Files::new();
    let store = files.open("db").await;
    assert_eq!(store.keep(key(0)).await.unwrap(), Keeping::Kept);
    let mut raw = crate::support::raw(&files.path("db")).await;
    let mut backup = raw.begin().await.unwrap();
    let rows = sqlx::query("SELECT count(*) FROM object_wraps").fetch_one(&mut *backup).await.unwrap();
    assert_eq!(rows.get::<i64, _>(0), 1);

    assert!(matches!(erase(&store, 0).await, Erasing::Erased(_)));
    assert_eq!(store.scrub().await.unwrap(), MediumCaveat::LogNotEmptied);
    let gone = [(0, wrap(0, 0))];
    assert_eq!(found(&files, &gone).len(), 1, "it is said because it is so");
    assert_eq!(store.keep(key(1)).await.unwrap(), Keeping::Kept, "writers go on meanwhile");

    backup.rollback().await.unwrap();
    assert_eq!(store.scrub().await.unwrap(), MediumCaveat::OverwrittenInFile);
    assert_eq!(found(&files, &gone), HashSet::new());
}
