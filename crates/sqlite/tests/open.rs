//! Which files are opened, and which are left alone.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlx::Connection;
use std::time::Duration;
use stockade_sqlite::{OpenError, Sqlite, SqliteConfig};

mod support;

use support::{Files, raw};

#[cfg(unix)]
#[tokio::test]
async fn the_file_and_its_journals_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let files = Files::new();
    let _store = files.open("db").await;
    assert_eq!(files.names(), ["db", "db-shm", "db-wal"]);
    for name in files.names() {
        let mode = std::fs::metadata(files.path(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_closed_store_leaves_one_file() {
    let files = Files::new();
    files.open("db").await.close().await;
    assert_eq!(files.names(), ["db"]);
}

#[tokio::test]
async fn no_name_is_a_database_in_memory() {
    let files = Files::new();
    for name in [":memory:", "file:db?mode=memory", "sqlite::memory:"] {
        files.open(name).await.close().await;
        assert!(files.path(name).metadata().unwrap().len() > 0, "{name}");
    }
}

#[tokio::test]
async fn garbage_is_refused_untouched() {
    let files = Files::new();
    for garbage in [
        &b"x"[..],
        &[0; 99],
        &[0xFF; 8192],
        b"SQLite format 3\0",
        b"SQLite format 3\0 but then nothing like it",
    ] {
        std::fs::write(files.path("db"), garbage).unwrap();
        assert!(matches!(Sqlite::open(files.path("db")).await, Err(OpenError::NotADatabase)));
        assert_eq!(std::fs::read(files.path("db")).unwrap(), garbage);
        assert_eq!(files.names(), ["db"]);
    }
}

#[tokio::test]
async fn truncation_and_overwriting_are_damage_and_no_panic() {
    let files = Files::new();
    files.open("whole").await.close().await;
    let whole = std::fs::read(files.path("whole")).unwrap();
    let mut torn = vec![whole[..100].to_vec(), whole[..4096].to_vec(), whole[..whole.len() - 4096].to_vec()];
    torn.push([&whole[..100], &vec![0xA5; whole.len() - 100]].concat());
    torn.push([&whole[..100], &vec![0; whole.len() - 100]].concat());
    for (n, torn) in torn.into_iter().enumerate() {
        let name = format!("torn-{n}");
        std::fs::write(files.path(&name), torn).unwrap();
        let error = Sqlite::open(files.path(&name)).await.unwrap_err();
        assert!(matches!(error, OpenError::Damaged(_)), "{n}: {error:?}");
    }
}

#[tokio::test]
async fn another_applications_database_is_refused_untouched() {
    let files = Files::new();
    let path = files.path("db");
    let mut theirs = raw(&path).await;
    sqlx::raw_sql("CREATE TABLE theirs (n INTEGER); INSERT INTO theirs VALUES (1)")
        .execute(&mut theirs)
        .await
        .unwrap();
    theirs.close().await.unwrap();
    for id in [0, 7] {
        let before = std::fs::read(&path).unwrap();
        let error = Sqlite::open(&path).await.unwrap_err();
        assert!(matches!(error, OpenError::Foreign { application_id } if application_id == id), "{error:?}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert_eq!(files.names(), ["db"]);
        let mut theirs = raw(&path).await;
        sqlx::raw_sql("PRAGMA application_id = 7").execute(&mut theirs).await.unwrap();
        theirs.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_later_schema_is_refused_and_kept() {
    let files = Files::new();
    let path = files.path("db");
    files.open("db").await.close().await;
    let mut later = raw(&path).await;
    let applied = "CREATE TABLE later (n INTEGER);
        INSERT INTO _sqlx_migrations VALUES (99991231000000, 'later', 0, TRUE, x'00', 1)";
    sqlx::raw_sql(applied).execute(&mut later).await.unwrap();
    let error = Sqlite::open(&path).await.unwrap_err();
    assert!(matches!(error, OpenError::NewerSchema { migration: 99_991_231_000_000 }), "{error:?}");
    sqlx::query("SELECT n FROM later").fetch_all(&mut later).await.unwrap();
}

#[tokio::test]
async fn an_altered_migration_is_refused() {
    let files = Files::new();
    files.open("db").await.close().await;
    let mut altered = raw(&files.path("db")).await;
    sqlx::query("UPDATE _sqlx_migrations SET checksum = x'00'").execute(&mut altered).await.unwrap();
    let error = Sqlite::open(files.path("db")).await.unwrap_err();
    assert!(matches!(error, OpenError::AlteredSchema { .. }), "{error:?}");
}

#[tokio::test]
async fn a_held_file_is_busy_after_the_wait_and_not_before() {
    let files = Files::new();
    files.open("db").await.close().await;
    let mut holder = raw(&files.path("db")).await;
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut holder).await.unwrap();
    let hasty = SqliteConfig { busy_timeout_ms: 50, ..SqliteConfig::default() };
    let error = Sqlite::open_with(files.path("db"), &hasty).await.unwrap_err();
    assert!(matches!(error, OpenError::Busy(_)), "{error:?}");
    let patient = tokio::spawn(Sqlite::open(files.path("db")));
    tokio::time::sleep(Duration::from_millis(100)).await;
    sqlx::query("ROLLBACK").execute(&mut holder).await.unwrap();
    patient.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_processes_racing_to_create_one_file_all_get_it() {
    let files = Files::new();
    for round in 0..10 {
        let path = files.path(&format!("db-{round}"));
        let openers: Vec<_> = (0..8).map(|_| tokio::spawn(Sqlite::open(path.clone()))).collect();
        for opener in openers {
            opener.await.unwrap().unwrap().close().await;
        }
    }
}

#[tokio::test]
async fn a_folder_a_missing_folder_and_a_bad_configuration_are_typed_errors() {
    let files = Files::new();
    std::fs::create_dir(files.path("folder")).unwrap();
    for path in [files.path("folder"), files.path("missing/db"), "".into(), "a\0b".into()] {
        assert!(matches!(Sqlite::open(&path).await, Err(OpenError::Io(_))), "{path:?}");
    }
    let none = SqliteConfig { readers: 0, ..SqliteConfig::default() };
    assert!(matches!(Sqlite::open_with(files.path("db"), &none).await, Err(OpenError::Config(_))));
    assert_eq!(files.names(), ["folder"], "a refused configuration creates nothing");
}
