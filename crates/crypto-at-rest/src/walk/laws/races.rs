//! What holds while others are at work.

use super::{Table, bytes, number, walk};
use crate::walk::{Cell, Change, Progress, Row, RowKey, Step, WalkConfig, Walker};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use stockade_core::SystemClock;
use tokio::task::JoinSet;

const ROWS: i64 = 300;
const WALKERS: usize = 4;

/// Four walkers at once count every row once and replace it once.
///
/// # Panics
/// The store breaks the law.
pub async fn walkers_at_once_count_every_row_once(table: Arc<dyn Table>) {
    for n in 0..ROWS {
        table.write(number(n, cells(0, 0))).await;
    }
    for finished in walk_at_once(&*table).await {
        assert_eq!((finished.rows, finished.replaced, finished.failed), (ROWS as u64, ROWS as u64, 0));
    }
    let expected: Vec<_> = (0..ROWS).map(|n| number(n, cells(1, 0))).collect();
    assert_eq!(table.rows().await, expected);
}

/// Four walkers and the application at once, which writes rows under the new version, inserts and removes: in the end every row is of
/// the new version and holds what the application wrote last.
///
/// # Panics
/// The store breaks the law.
pub async fn walkers_and_writers_lose_nothing(table: Arc<dyn Table>) {
    for n in 0..ROWS {
        table.write(number(n, cells(0, 0))).await;
    }
    let stop = Arc::new(AtomicBool::new(false));
    let application = {
        let (table, stop) = (table.clone(), stop.clone());
        tokio::spawn(async move {
            let mut last = vec![0_u32; ROWS as usize];
            let mut n = 0;
            while !stop.load(Ordering::Relaxed) {
                n = (n + 7) % ROWS;
                let count = &mut last[n as usize];
                *count += 1;
                table.write(number(n, cells(1, *count))).await;
                if n % 50 == 0 {
                    table.remove(RowKey::Number(n)).await;
                    table.write(number(n, cells(1, *count))).await;
                }
                tokio::task::yield_now().await;
            }
            last
        })
    };
    for finished in walk_at_once(&*table).await {
        assert!(finished.rows >= ROWS as u64 - ROWS as u64 / 50 - 1 && finished.failed == 0, "{finished:?}");
    }
    stop.store(true, Ordering::Relaxed);
    let last = application.await.expect("the application ends");
    let expected: Vec<_> = (0..ROWS).zip(last).map(|(n, count)| number(n, cells(1, count))).collect();
    assert_eq!(table.rows().await, expected);
}

fn cells(version: u8, count: u32) -> [Cell; 2] {
    [bytes(&[version]), bytes(&count.to_be_bytes())]
}

async fn walk_at_once(table: &dyn Table) -> Vec<Progress> {
    let mut walkers = JoinSet::new();
    for n in 0..WALKERS {
        let config = WalkConfig { batch_rows: 7 + n, rows_per_second: None, ..WalkConfig::default() };
        let walker = Walker::new(table.store(), Arc::new(SystemClock::new()), walk(), config);
        walkers.spawn(run(walker.expect("good settings")));
    }
    walkers.join_all().await
}

async fn run(mut walker: Walker) -> Progress {
    let mut judge = |row: &Row| -> Result<Change, Infallible> {
        let [version, rest] = &row.cells[..] else { return Ok(Change::Current) };
        if *version == bytes(&[1]) {
            return Ok(Change::Current);
        }
        Ok(Change::Replace(vec![bytes(&[1]), rest.clone()]))
    };
    loop {
        match walker.step(&mut judge).await.expect("the store answers") {
            Step::Advanced(_) | Step::Pause(_) => tokio::task::yield_now().await,
            Step::Finished(progress) => return progress,
        }
    }
}
