//! Which tables are walked, and which are not.

use crate::support::{Files, raw};
use sqlx::Row as _;
use stockade_core::StoreErrorKind;
use stockade_crypto_at_rest::walk::{BatchLimit, Cell, Progress, Row, RowKey, RowStore};
use stockade_sqlite::{OpenError, SealedTable, SealedTableError, SqliteConfig, TableSpec};

const LIMIT: BatchLimit = BatchLimit { rows: 100, bytes: 1 << 20 };

fn spec() -> TableSpec {
    TableSpec::new("patients", "id").cell("name")
}

async fn open(files: &Files, name: &str, spec: &TableSpec) -> Result<SealedTable, SealedTableError> {
    SealedTable::open(files.path(name), &SqliteConfig::default(), spec).await
}

async fn with(files: &Files, sql: &'static str) -> String {
    let name = files.another();
    sqlx::raw_sql(sql).execute(&mut raw(&files.path(&name)).await).await.unwrap();
    name
}

#[tokio::test]
async fn asvs_v1_2_4_sql_injection_in_a_name_is_refused_and_does_nothing() {
    let files = Files::new();
    let name = with(
        &files,
        "CREATE TABLE patients (id INTEGER PRIMARY KEY, name BLOB); INSERT INTO patients VALUES (1, 'a')",
    )
    .await;
    let attacks = [
        "",
        "name]; DROP TABLE patients; --",
        "name\" --",
        "na me",
        "name\0",
        "1name",
        "名",
        "name-",
        "patients.name",
        &"x".repeat(129),
    ];
    for attack in attacks {
        for spec in [
            TableSpec::new(attack, "id").cell("name"),
            TableSpec::new("patients", attack).cell("name"),
            TableSpec::new("patients", "id").cell(attack),
            spec().tenant(attack),
            spec().cell(attack),
        ] {
            let error = open(&files, &name, &spec).await.unwrap_err();
            assert!(matches!(error, SealedTableError::Name { .. }), "{error:?}");
        }
    }
    let table = open(&files, &name, &spec()).await.unwrap();
    assert_eq!(table.batch(None, LIMIT).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_table_that_could_hide_rows_is_refused() {
    let files = Files::new();
    let name = with(
        &files,
        "CREATE TABLE patients (id INTEGER PRIMARY KEY, name BLOB, a TEXT UNIQUE, b TEXT NOT NULL, c TEXT NOT NULL UNIQUE,
             d TEXT NOT NULL);
         CREATE UNIQUE INDEX partial ON patients (b) WHERE b > 'm';
         CREATE UNIQUE INDEX two ON patients (b, d);
         CREATE TABLE pairs (a TEXT, b TEXT, name BLOB, PRIMARY KEY (a, b));
         CREATE VIEW view AS SELECT * FROM patients;",
    )
    .await;
    let refused = async |table: &str, key: &str| {
        open(&files, &name, &TableSpec::new(table, key).cell("name")).await.unwrap_err()
    };
    for (table, key) in
        [("patients", "a"), ("patients", "b"), ("patients", "d"), ("pairs", "a"), ("pairs", "b")]
    {
        assert!(matches!(refused(table, key).await, SealedTableError::NotAKey { .. }), "{table} {key}");
    }
    for table in ["view", "missing", "sqlite_schema", "pragma_table_list"] {
        assert!(matches!(refused(table, "id").await, SealedTableError::NoTable { .. }), "{table}");
    }
    for key in ["missing", "rowid", "main"] {
        assert!(matches!(refused("patients", key).await, SealedTableError::NoColumn { .. }), "{key}");
    }
    for bad in [
        TableSpec::new("patients", "id"),
        spec().cell("NAME"),
        spec().tenant("id"),
        (0..17).fold(TableSpec::new("patients", "id"), |spec, n| spec.cell(format!("c{n}"))),
    ] {
        assert!(matches!(open(&files, &name, &bad).await, Err(SealedTableError::Cells)), "{bad:?}");
    }
    open(&files, &name, &TableSpec::new("PATIENTS", "C").tenant("b").cell("Name")).await.unwrap();
}

#[tokio::test]
async fn no_file_is_created_and_only_one_table_is_added() {
    let files = Files::new();
    let missing = open(&files, "missing", &spec()).await.unwrap_err();
    assert!(matches!(missing, SealedTableError::Open(OpenError::Database(_))), "{missing:?}");
    assert!(files.names().is_empty());
    std::fs::write(files.path("garbage"), [0xFF; 8192]).unwrap();
    assert!(matches!(
        open(&files, "garbage", &spec()).await,
        Err(SealedTableError::Open(_) | SealedTableError::Store(_))
    ));
    assert_eq!(std::fs::read(files.path("garbage")).unwrap(), [0xFF; 8192]);

    let name = with(&files, "CREATE TABLE patients (id INTEGER PRIMARY KEY, name BLOB)").await;
    for _ in 0..2 {
        let table = open(&files, &name, &spec()).await.unwrap();
        assert_eq!(table.progress(&"w".parse().unwrap()).await.unwrap(), Progress::default());
        table.close().await;
    }
    let tables = sqlx::query("SELECT name FROM sqlite_schema ORDER BY name")
        .fetch_all(&mut raw(&files.path(&name)).await)
        .await
        .unwrap();
    let tables: Vec<String> = tables.iter().map(|row| row.get(0)).collect();
    assert_eq!(tables, ["patients", "stockade_walks"]);
}

#[tokio::test]
async fn rows_that_no_walk_can_name_are_corrupt_and_not_passed_over() {
    let files = Files::new();
    let bad = [
        "INSERT INTO patients VALUES (NULL, NULL, x'00')",
        "INSERT INTO patients VALUES (0.5, NULL, x'00')",
        "INSERT INTO patients VALUES ('a', NULL, 0.5)",
        "INSERT INTO patients VALUES ('a', NULL, CAST(x'ff' AS TEXT))",
        "INSERT INTO patients VALUES ('a', x'00', NULL)",
    ];
    for insert in bad {
        let name = with(&files, "CREATE TABLE patients (id PRIMARY KEY, tenant, name)").await;
        sqlx::query(insert).execute(&mut raw(&files.path(&name)).await).await.unwrap();
        let table = open(&files, &name, &spec().tenant("tenant")).await.unwrap();
        let error = table.batch(None, LIMIT).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{insert}");
    }
    let name =
        with(&files, "CREATE TABLE patients (id INTEGER PRIMARY KEY, tenant INTEGER, name BLOB)").await;
    let insert = "INSERT INTO patients VALUES (1, 7, NULL)";
    sqlx::query(insert).execute(&mut raw(&files.path(&name)).await).await.unwrap();
    let table = open(&files, &name, &spec().tenant("tenant")).await.unwrap();
    let expected = Row::new(RowKey::Number(1), vec![Cell::Null]).of_tenant("7");
    assert_eq!(table.batch(None, LIMIT).await.unwrap(), [expected]);
}

/// A column for which `a` and `A` are equal, where the application changes one to the other while the row is walked.
#[tokio::test]
async fn race_a_collation_does_not_hide_what_the_application_wrote() {
    use std::sync::Arc;
    use stockade_core::SystemClock;
    use stockade_crypto_at_rest::walk::{Change, Step, WalkConfig, Walker};
    let files = Files::new();
    let name = with(
        &files,
        "PRAGMA journal_mode = WAL;
         CREATE TABLE patients (id TEXT PRIMARY KEY COLLATE NOCASE, name TEXT COLLATE NOCASE);
         INSERT INTO patients VALUES ('one', 'ada'), ('TWO', 'bob')",
    )
    .await;
    let table = Arc::new(open(&files, &name, &spec()).await.unwrap());
    let mut application = raw(&files.path(&name)).await;
    let config = WalkConfig { rows_per_second: None, ..WalkConfig::default() };
    let mut walker = Walker::new(table, Arc::new(SystemClock::new()), "w".parse().unwrap(), config).unwrap();
    let mut judged = Vec::new();
    let (send, write) = std::sync::mpsc::channel();
    let writer = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let () = write.recv().unwrap();
        let update = sqlx::query("UPDATE patients SET name = 'ADA' WHERE id = 'one'");
        runtime.block_on(update.execute(&mut application)).unwrap();
    });
    let mut writer = Some(writer);
    let mut judge = |row: &Row| -> Result<Change, std::convert::Infallible> {
        if let Some(writer) = writer.take() {
            send.send(()).unwrap();
            writer.join().unwrap();
        }
        judged.push(row.cells.clone());
        let [Cell::Text(text)] = &row.cells[..] else { return Ok(Change::Current) };
        Ok(Change::Replace(vec![Cell::Bytes(text.clone().into_bytes())]))
    };
    while !matches!(walker.step(&mut judge).await.unwrap(), Step::Finished(_)) {
        tokio::time::sleep(std::time::Duration::from_millis(11)).await;
    }
    let text = |text: &str| vec![Cell::Text(text.to_owned())];
    assert_eq!(judged[..3], [text("ada"), text("bob"), text("ADA")]);
    let names = sqlx::query("SELECT CAST(name AS TEXT) FROM patients ORDER BY id")
        .fetch_all(&mut raw(&files.path(&name)).await)
        .await
        .unwrap();
    let names: Vec<String> = names.iter().map(|row| row.get(0)).collect();
    assert_eq!(names, ["ADA", "bob"]);
}
