//! Keys and cells of every type that is walked.

use crate::support::{database, open, raw};
use sqlx::AssertSqlSafe;
use std::sync::Arc;
use stockade_core::SystemClock;
use stockade_crypto_at_rest::walk::{
    BatchLimit, Cell, Change, Row, RowKey, RowStore, Step, WalkConfig, Walker,
};
use stockade_postgres::TableSpec;

const ROWS: i64 = 25;

#[tokio::test]
async fn every_type_of_key_is_walked_once_in_small_batches_and_goes_on_where_it_stood() {
    let Some(database) = database().await else { return };
    let mut application = raw(&database).await;
    let store = open(&database).await;
    let types = [
        ("SMALLINT", "n"),
        ("INTEGER", "n"),
        ("BIGINT", "n"),
        ("TEXT", "chr(64 + n % 20 + 32 * (n % 2)) || n"),
        ("TEXT COLLATE \"C\"", "chr(64 + n % 20 + 32 * (n % 2)) || n"),
        ("VARCHAR(20)", "n::text"),
        ("BYTEA", "sha256(n::text::bytea)"),
        ("UUID", "md5(n::text)::uuid"),
    ];
    for (place, (kind, value)) in types.into_iter().enumerate() {
        let table = format!("t{place}");
        let create = format!(
            "CREATE TABLE {table} (id {kind} PRIMARY KEY, owner UUID, cell BYTEA);
             INSERT INTO {table} SELECT {value}, md5('acme')::uuid, 'old' FROM generate_series(1, {ROWS}) AS n;"
        );
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut application).await.unwrap();
        let spec = TableSpec::new(&*table, "id").tenant("owner").cell("cell");
        let sealed = store.sealed_table(&spec).await.unwrap();
        let first = &sealed.batch(None, BatchLimit { rows: 1, bytes: 1 }).await.unwrap()[0];
        assert_eq!(first.tenant.as_deref(), Some("53bce4f1-dfa0-fe8e-7ca1-26f91b35d3a6"), "{kind}");

        let mut judged = 0;
        let mut judge = |row: &Row| -> Result<Change, std::convert::Infallible> {
            judged += 1;
            assert_eq!(row.cells, [Cell::Bytes(b"old".to_vec())]);
            Ok(Change::Replace(vec![Cell::Bytes(b"new".to_vec())]))
        };
        let mut steps = 0;
        // Each step is made by a walker that has just been started.
        while steps < 100 {
            steps += 1;
            let config = WalkConfig { batch_rows: 4, rows_per_second: None, ..WalkConfig::default() };
            let clock = Arc::new(SystemClock::new());
            let name = table.parse().unwrap();
            let mut walker = Walker::new(Arc::new(sealed.clone()), clock, name, config).unwrap();
            if matches!(walker.step(&mut judge).await.unwrap(), Step::Finished(_)) {
                break;
            }
        }
        assert_eq!(judged, ROWS, "{kind}");
        let count = format!("SELECT count(*) FROM {table} WHERE cell = 'new'");
        let new: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut application).await.unwrap();
        assert_eq!(new, ROWS, "{kind}");
    }
}

#[tokio::test]
async fn confusion_of_kinds_is_corrupt_and_writes_nothing() {
    let Some(database) = database().await else { return };
    let mut application = raw(&database).await;
    let create = "CREATE TABLE notes (id TEXT PRIMARY KEY, note TEXT); INSERT INTO notes VALUES ('a', 'b')";
    sqlx::raw_sql(create).execute(&mut application).await.unwrap();
    let spec = TableSpec::new("notes", "id").cell("note");
    let sealed = open(&database).await.sealed_table(&spec).await.unwrap();
    let key = RowKey::Number(1);
    let limit = BatchLimit { rows: 10, bytes: 100 };
    assert_eq!(
        sealed.batch(Some(&key), limit).await.unwrap_err().kind(),
        stockade_core::StoreErrorKind::Corrupt
    );
    let config = WalkConfig { rows_per_second: None, ..WalkConfig::default() };
    let (store, clock) = (Arc::new(sealed), Arc::new(SystemClock::new()));
    let mut walker = Walker::new(store, clock, "notes".parse().unwrap(), config).unwrap();
    let mut to_bytes = |_: &Row| -> Result<Change, std::convert::Infallible> {
        Ok(Change::Replace(vec![Cell::Bytes(vec![1])]))
    };
    assert!(walker.step(&mut to_bytes).await.is_err());
    let note: String =
        sqlx::query_scalar("SELECT note FROM notes").fetch_one(&mut application).await.unwrap();
    assert_eq!(note, "b");
}

#[tokio::test]
async fn race_a_collation_does_not_hide_what_the_application_wrote() {
    let Some(database) = database().await else { return };
    let mut application = raw(&database).await;
    let create = "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TABLE people (id BIGINT PRIMARY KEY, name TEXT COLLATE blind); INSERT INTO people VALUES (1, 'ada')";
    sqlx::raw_sql(create).execute(&mut application).await.unwrap();
    let spec = TableSpec::new("people", "id").cell("name");
    let sealed = open(&database).await.sealed_table(&spec).await.unwrap();
    let config = WalkConfig { rows_per_second: None, ..WalkConfig::default() };
    let (store, clock) = (Arc::new(sealed), Arc::new(SystemClock::new()));
    let mut walker = Walker::new(store, clock, "people".parse().unwrap(), config).unwrap();
    let (send, write) = std::sync::mpsc::channel();
    let (wrote, written) = std::sync::mpsc::channel();
    let written = std::sync::Mutex::new(written);
    let writer = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let () = write.recv().unwrap();
        runtime.block_on(async {
            let mut application = raw(&database).await;
            sqlx::query("UPDATE people SET name = 'ADA'").execute(&mut application).await.unwrap();
            wrote.send(()).unwrap();
        });
        database
    });
    let mut judged = Vec::new();
    let mut judge = |row: &Row| -> Result<Change, std::convert::Infallible> {
        if judged.is_empty() {
            send.send(()).unwrap();
            written.lock().unwrap().recv().unwrap();
        }
        let Cell::Text(name) = &row.cells[0] else { panic!("{row:?}") };
        judged.push(name.clone());
        Ok(Change::Replace(vec![Cell::Text(format!("{name}!"))]))
    };
    while !matches!(walker.step(&mut judge).await.unwrap(), Step::Finished(_)) {}
    assert_eq!(judged, ["ada", "ADA"]);
    let name: String =
        sqlx::query_scalar("SELECT name FROM people").fetch_one(&mut application).await.unwrap();
    assert_eq!(name, "ADA!");
    drop(writer.join().unwrap());
}
