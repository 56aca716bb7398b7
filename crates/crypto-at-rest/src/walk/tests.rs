use super::*;
use crate::field::{Column, FieldError, Fields};
use crate::ring::{KeyRing, Keys};
use std::convert::Infallible;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use stockade_core::{ManualClock, StoreError, SystemEntropy, TenantId, UnixMillis};

const NAME: Column = Column::new("patients", "name");
const NOTES: Column = Column::new("patients", "notes");

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(UnixMillis::from_secs(1_000)))
}

fn unhurried() -> WalkConfig {
    WalkConfig { batch_rows: 10, rows_per_second: None, ..WalkConfig::default() }
}

fn walker(store: Arc<dyn RowStore>, config: WalkConfig) -> Walker {
    Walker::new(store, clock(), "patients".parse().unwrap(), config).unwrap()
}

fn acme() -> TenantId {
    "acme".parse().unwrap()
}

async fn finish<E: std::fmt::Display>(
    walker: &mut Walker,
    judge: &mut (dyn FnMut(&Row) -> Result<Change, E> + Send),
) -> Progress {
    loop {
        match walker.step(judge).await.unwrap() {
            Step::Advanced(_) => {}
            Step::Finished(progress) => return progress,
            Step::Pause(pause) => panic!("nobody is in the way for {pause:?}"),
        }
    }
}

/// A table of sealed patients, and its keys.
struct Clinic {
    table: Arc<MemoryRowStore>,
    keys: Keys,
    fields: Fields,
}

impl Clinic {
    fn with(rows: i64) -> Self {
        let keys = Keys::new(KeyRing::generate(&SystemEntropy, &*clock()).unwrap());
        let fields = Fields::new(keys.clone(), Arc::new(SystemEntropy));
        let clinic = Self { table: Arc::default(), keys, fields };
        for n in 0..rows {
            clinic.admit(n);
        }
        clinic
    }

    fn admit(&self, n: i64) {
        let sealed = |column: Column| {
            let text = format!("{column:?} of {n}");
            Cell::Bytes(self.fields.seal(&column.row(&acme(), n), text.as_bytes()).unwrap())
        };
        let notes = if n % 3 == 0 { Cell::Null } else { sealed(NOTES) };
        self.table.write(Row::new(RowKey::Number(n), vec![sealed(NAME), notes]).of_tenant("acme"));
    }

    fn rotate(&self) {
        let mut ring = KeyRing::clone(&self.keys.current());
        ring.rotate(&SystemEntropy, &*clock()).unwrap();
        self.keys.replace(ring).unwrap();
    }

    /// How many cells open.
    fn open(&self) -> usize {
        let mut opened = 0;
        for row in self.table.rows() {
            let RowKey::Number(n) = row.key else { panic!("{row:?}") };
            for (column, cell) in [NAME, NOTES].iter().zip(&row.cells) {
                let Cell::Bytes(sealed) = cell else { continue };
                let text = self.fields.open(&column.row(&acme(), n), sealed).unwrap();
                assert_eq!(text.expose(), format!("{column:?} of {n}").as_bytes());
                opened += 1;
            }
        }
        opened
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[cfg(feature = "laws")]
async fn asvs_v15_4_2_the_memory_table_keeps_the_laws() {
    laws::all(async || Arc::new(laws::MemoryTable::default()) as _).await;
}

#[tokio::test]
async fn asvs_v11_2_2_every_row_is_moved_to_the_new_key_so_that_the_old_one_can_be_destroyed() {
    let clinic = Clinic::with(95);
    let cells = clinic.open();
    let old = clinic.keys.current().active().id();
    clinic.rotate();
    let mut judge = reseal_fields(&clinic.fields, &[NAME, NOTES]);
    let done = finish(&mut walker(clinic.table.clone(), unhurried()), &mut judge).await;
    assert_eq!((done.rows, done.replaced, done.failed), (95, 95, 0));

    let mut ring = KeyRing::clone(&clinic.keys.current());
    let _ = ring.destroy(old, &*clock()).unwrap();
    clinic.keys.replace(ring).unwrap();
    assert_eq!(clinic.open(), cells);

    let before = clinic.table.rows();
    clinic.table.forget(&"patients".parse().unwrap()).await.unwrap();
    let again = finish(&mut walker(clinic.table.clone(), unhurried()), &mut judge).await;
    assert_eq!((again.rows, again.replaced), (95, 0), "what is current stays");
    assert_eq!(clinic.table.rows(), before);
}

#[tokio::test]
async fn a_walker_that_is_dropped_anywhere_is_continued_by_another() {
    let clinic = Clinic::with(60);
    clinic.rotate();
    let mut judge = reseal_fields(&clinic.fields, &[NAME, NOTES]);
    let mut steps = 0;
    let done = loop {
        let mut walker = walker(clinic.table.clone(), unhurried());
        assert_eq!(walker.progress(), None);
        steps += 1;
        if let Step::Finished(progress) = walker.step(&mut judge).await.unwrap() {
            break progress;
        }
    };
    assert_eq!((done.rows, done.replaced, steps), (60, 60, 7));
    clinic.admit(60);
    assert_eq!(
        walker(clinic.table.clone(), unhurried()).step(&mut judge).await.unwrap(),
        Step::Finished(done)
    );
}

/// Ciphertexts exchanged between rows, a tenant's name that is none, and a text among sealed fields.
#[tokio::test]
async fn splice_a_row_that_does_not_open_is_left_named_and_stops_nothing() {
    let clinic = Clinic::with(30);
    let mut rows = clinic.table.rows();
    let (first, second) = (rows[4].cells.clone(), rows[5].cells.clone());
    (rows[4].cells, rows[5].cells) = (second, first);
    rows[6].tenant = Some("not a tenant".to_owned());
    rows[7].tenant = None;
    rows[8].cells[0] = Cell::Text("plain".to_owned());
    rows[9].cells.pop();
    let bad: Vec<_> = rows[4..10].to_vec();
    for row in bad.clone() {
        clinic.table.write(row);
    }
    clinic.rotate();
    let mut walker = walker(clinic.table.clone(), unhurried());
    let done = finish(&mut walker, &mut reseal_fields(&clinic.fields, &[NAME, NOTES])).await;
    assert_eq!((done.rows, done.replaced, done.failed), (30, 24, 6));
    let failed: Vec<_> = walker.failures().map(|failure| failure.key.clone()).collect();
    assert_eq!(failed, (4..10).map(RowKey::Number).collect::<Vec<_>>());
    assert_eq!(walker.failures().next().unwrap().reason, FieldError::Refused.to_string());
    assert_eq!(clinic.table.rows()[4..10], bad);
}

#[tokio::test]
async fn flood_failures_are_bounded_and_the_last_are_kept() {
    let table = Arc::new(MemoryRowStore::default());
    for n in 0..1_000 {
        table.write(Row::new(RowKey::Number(n), vec![Cell::Null]));
    }
    let mut walker = walker(table, unhurried());
    let done = finish(&mut walker, &mut |row| Err(format!("{:?} {}", row.key, "x".repeat(5_000)))).await;
    assert_eq!((done.rows, done.failed), (1_000, 1_000));
    assert_eq!(walker.failures().count(), Walker::MAX_FAILURES);
    assert_eq!(walker.failures().last().unwrap().key, RowKey::Number(999));
    assert!(walker.failures().all(|failure| failure.reason.chars().count() == Failure::MAX_REASON));
}

#[tokio::test]
async fn a_judge_that_gives_another_number_of_cells_writes_nothing() {
    let clinic = Clinic::with(3);
    let before = clinic.table.rows();
    let mut walker = walker(clinic.table.clone(), unhurried());
    for cells in [vec![], vec![Cell::Null], vec![Cell::Null; 3]] {
        clinic.table.forget(&"patients".parse().unwrap()).await.unwrap();
        walker = self::walker(clinic.table.clone(), unhurried());
        let done = finish(&mut walker, &mut |_| Ok::<_, Infallible>(Change::Replace(cells.clone()))).await;
        assert_eq!((done.failed, done.replaced), (3, 0));
    }
    assert_eq!(walker.failures().count(), 3);
    assert_eq!(clinic.table.rows(), before);
}

#[tokio::test]
async fn asvs_v15_1_3_a_walk_is_no_faster_than_it_may_be() {
    let clinic = Clinic::with(100);
    clinic.rotate();
    let clock = clock();
    let config = WalkConfig { batch_rows: 10, rows_per_second: NonZeroU32::new(20), ..WalkConfig::default() };
    let name = "patients".parse().unwrap();
    let mut walker = Walker::new(clinic.table.clone(), clock.clone(), name, config).unwrap();
    let mut judge = reseal_fields(&clinic.fields, &[NAME, NOTES]);
    let mut pauses = Vec::new();
    loop {
        match walker.step(&mut judge).await.unwrap() {
            Step::Advanced(_) => {}
            Step::Finished(_) => break,
            Step::Pause(pause) => {
                assert_eq!(walker.step(&mut judge).await.unwrap(), Step::Pause(pause), "early is early");
                // The wall clock has no say in it.
                clock.jump_to(UnixMillis::from_secs(9_000_000_000));
                pauses.push(pause);
                clock.advance(pause);
            }
        }
    }
    assert_eq!(pauses, [Duration::from_millis(500); 10]);
}

/// A store in whose table the application writes between reading and writing.
#[derive(Debug)]
struct Busy {
    table: Arc<MemoryRowStore>,
    writes: AtomicU32,
    failures: AtomicU32,
}

#[async_trait::async_trait]
impl RowStore for Busy {
    async fn progress(&self, walk: &WalkName) -> Result<Progress, StoreError> {
        self.table.progress(walk).await
    }

    async fn batch(&self, after: Option<&RowKey>, limit: BatchLimit) -> Result<Vec<Row>, StoreError> {
        let rows = self.table.batch(after, limit).await;
        let left = self.writes.load(Ordering::Relaxed);
        if left > 0 {
            self.writes.store(left - 1, Ordering::Relaxed);
            self.table.write(Row::new(RowKey::Number(0), vec![Cell::Bytes(left.to_be_bytes().to_vec())]));
        }
        rows
    }

    async fn advance(&self, walk: &WalkName, stride: &Stride) -> Result<Advance, StoreError> {
        let left = self.failures.load(Ordering::Relaxed);
        if left > 0 {
            self.failures.store(left - 1, Ordering::Relaxed);
            return Err(StoreError::unavailable("full"));
        }
        self.table.advance(walk, stride).await
    }

    async fn forget(&self, walk: &WalkName) -> Result<(), StoreError> {
        self.table.forget(walk).await
    }
}

fn rename(row: &Row) -> Result<Change, Infallible> {
    Ok(match &row.cells[..] {
        [Cell::Bytes(bytes)] => Change::Replace(vec![Cell::Text(format!("{bytes:?}"))]),
        _ => Change::Current,
    })
}

#[tokio::test]
async fn race_with_the_application_pauses_and_then_takes_what_it_wrote() {
    let table = Arc::new(MemoryRowStore::default());
    table.write(Row::new(RowKey::Number(0), vec![Cell::Bytes(vec![])]));
    let busy = Busy { table: table.clone(), writes: AtomicU32::new(3), failures: AtomicU32::new(0) };
    let mut walker = walker(Arc::new(busy), unhurried());
    for _ in 0..3 {
        assert!(matches!(walker.step(&mut rename).await.unwrap(), Step::Pause(_)));
    }
    assert!(matches!(walker.step(&mut rename).await.unwrap(), Step::Advanced(_)));
    assert_eq!(table.rows()[0].cells, [Cell::Text("[0, 0, 0, 1]".to_owned())]);
}

#[tokio::test]
async fn disk_full_fails_the_step_and_the_next_one_does_it() {
    let table = Arc::new(MemoryRowStore::default());
    table.write(Row::new(RowKey::Number(0), vec![Cell::Bytes(vec![])]));
    let full = Busy { table: table.clone(), writes: AtomicU32::new(0), failures: AtomicU32::new(2) };
    let mut walker = walker(Arc::new(full), unhurried());
    for _ in 0..2 {
        walker.step(&mut rename).await.unwrap_err();
        assert_eq!(table.rows()[0].cells, [Cell::Bytes(vec![])]);
    }
    assert_eq!(finish(&mut walker, &mut rename).await.replaced, 1);
}

#[tokio::test]
#[cfg(feature = "fernet")]
async fn fernet_tokens_and_plaintext_become_fields() {
    use crate::fernet::{Fernet, FernetKey};
    let clinic = Clinic::with(2);
    let token = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
    let key: FernetKey = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=".parse().unwrap();
    let fernet = Fernet::new(key);
    clinic
        .table
        .write(Row::new(RowKey::Number(7), vec![Cell::Text(token.to_owned()), Cell::Null]).of_tenant("acme"));
    clinic.table.write(
        Row::new(RowKey::Number(8), vec![Cell::Text("altered".to_owned()), Cell::Null]).of_tenant("acme"),
    );
    let mut judge = |row: &Row| -> Result<Change, String> {
        let (Cell::Text(token), RowKey::Number(n)) = (&row.cells[0], &row.key) else {
            return Ok(Change::Current);
        };
        let text = fernet.open(token, None, &*clock()).map_err(|error| error.to_string())?;
        let sealed =
            clinic.fields.seal(&NAME.row(&acme(), *n), text.expose()).map_err(|error| error.to_string())?;
        Ok(Change::Replace(vec![Cell::Bytes(sealed), row.cells[1].clone()]))
    };
    let done = finish(&mut walker(clinic.table.clone(), unhurried()), &mut judge).await;
    assert_eq!((done.rows, done.replaced, done.failed), (4, 1, 1));
    let Cell::Bytes(sealed) = &clinic.table.rows()[2].cells[0] else { panic!("still a token") };
    assert_eq!(clinic.fields.open(&NAME.row(&acme(), 7), sealed).unwrap().expose(), b"hello");
}

#[test]
fn settings_and_names_have_bounds() {
    assert_eq!(WalkConfig::default().validate(), Ok(()));
    for (rows, bytes, error) in [
        (0, 1, InvalidWalkConfig::BatchRows),
        (WalkConfig::MAX_BATCH_ROWS + 1, 1, InvalidWalkConfig::BatchRows),
        (1, 0, InvalidWalkConfig::BatchBytes),
        (1, WalkConfig::MAX_BATCH_BYTES + 1, InvalidWalkConfig::BatchBytes),
    ] {
        let config = WalkConfig { batch_rows: rows, batch_bytes: bytes, rows_per_second: None };
        assert_eq!(config.validate(), Err(error));
        let name = "w".parse().unwrap();
        assert_eq!(
            Walker::new(Arc::new(MemoryRowStore::default()), clock(), name, config).unwrap_err(),
            error
        );
    }
    let slowest = WalkConfig { rows_per_second: NonZeroU32::new(1), ..WalkConfig::default() };
    assert_eq!(slowest.time_for(u64::MAX), Duration::from_nanos(u64::MAX), "no overflow");
    for bad in ["", "a b", "é", "a\n", &"x".repeat(129)] {
        assert_eq!(bad.parse::<WalkName>(), Err(InvalidWalkName));
    }
    assert_eq!("patients:k7".parse::<WalkName>().unwrap().to_string(), "patients:k7");
}

#[test]
fn asvs_v16_2_5_cells_are_not_shown() {
    let row = Row::new(
        RowKey::Number(1),
        vec![Cell::Text("hunter2".to_owned()), Cell::Bytes(b"hunter2".to_vec()), Cell::Number(1048)],
    );
    let shown = format!("{row:?} {:?}", Change::Replace(row.cells.clone()));
    assert!(!shown.contains("hunter2") && !shown.contains("104"), "{shown}");
}
