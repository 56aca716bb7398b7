//! A walker that is killed at random, again and again, over a table that the application writes.

use crate::support::{Files, raw};
use sqlx::{Connection, Row as _, SqliteConnection};
use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use stockade_core::{Entropy, SystemClock, SystemEntropy, TenantId};
use stockade_crypto_at_rest::field::{Column, Fields};
use stockade_crypto_at_rest::ring::{KeyRing, Keys};
use stockade_crypto_at_rest::walk::{RowStore, Step, WalkConfig, WalkName, Walker, reseal_fields};
use stockade_sqlite::{SealedTable, SqliteConfig, TableSpec};
use stockade_testkit::{SeededEntropy, test_clock};

const NAME: Column = Column::new("patients", "name");
const ROWS: i64 = 20_000;
const KILLS: usize = 6;
/// Where the child finds its file.
const PATH: &str = "STOCKADE_TEST_WALK";

/// The keys before and after the rotation: the same in every process.
fn keys() -> (Keys, Keys) {
    let entropy = SeededEntropy::new(7);
    let old = KeyRing::generate(&entropy, &*test_clock()).unwrap();
    let mut new = old.clone();
    new.rotate(&entropy, &*test_clock()).unwrap();
    (Keys::new(old), Keys::new(new))
}

fn fields(keys: &Keys) -> Fields {
    Fields::new(keys.clone(), Arc::new(SystemEntropy))
}

fn walk() -> WalkName {
    "patients".parse().unwrap()
}

async fn table(path: &Path) -> SealedTable {
    let spec = TableSpec::new("patients", "id").tenant("tenant").cell("name");
    SealedTable::open(path, &SqliteConfig::default(), &spec).await.unwrap()
}

async fn run(path: &Path, config: WalkConfig) {
    let (_, keys) = keys();
    let fields = fields(&keys);
    let mut judge = reseal_fields(&fields, &[NAME]);
    let store = Arc::new(table(path).await);
    let mut walker = Walker::new(store, Arc::new(SystemClock::new()), walk(), config).unwrap();
    loop {
        match walker.step(&mut judge).await.unwrap() {
            Step::Advanced(_) => {}
            Step::Pause(pause) => tokio::time::sleep(pause).await,
            Step::Finished(progress) => return assert_eq!(progress.failed, 0),
        }
    }
}

#[tokio::test]
#[ignore = "the process that `sigkill_at_random_points_loses_no_row_and_no_write` starts and kills"]
async fn the_walker_that_is_killed() {
    let path = std::env::var_os(PATH).expect("only its parent starts it");
    let rows_per_second = std::num::NonZeroU32::new(8_000);
    run(Path::new(&path), WalkConfig { batch_rows: 100, rows_per_second, ..WalkConfig::default() }).await;
}

fn spawn(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "kill::the_walker_that_is_killed"])
        .env(PATH, path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The application: it seals under the new key, and remembers what it wrote.
struct Application {
    connection: SqliteConnection,
    fields: Fields,
    tenant: TenantId,
    wrote: HashMap<i64, String>,
}

impl Application {
    async fn write(&mut self) {
        let id = (random() % ROWS as u64) as i64;
        let text = format!("patient {id} since {}", random());
        let sealed = self.fields.seal(&NAME.row(&self.tenant, id), text.as_bytes()).unwrap();
        let update = sqlx::query("UPDATE patients SET name = ? WHERE id = ?").bind(sealed).bind(id);
        assert_eq!(update.execute(&mut self.connection).await.unwrap().rows_affected(), 1);
        self.wrote.insert(id, text);
    }
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    SystemEntropy.fill(&mut bytes).unwrap();
    u64::from_be_bytes(bytes)
}

async fn fill(connection: &mut SqliteConnection, fields: &Fields, tenant: &TenantId) {
    let create = "PRAGMA journal_mode = WAL;
        CREATE TABLE patients (id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, name BLOB NOT NULL) STRICT";
    sqlx::raw_sql(create).execute(&mut *connection).await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    for id in 0..ROWS {
        let sealed = fields.seal(&NAME.row(tenant, id), format!("patient {id}").as_bytes()).unwrap();
        sqlx::query("INSERT INTO patients VALUES (?, ?, ?)")
            .bind(id)
            .bind(tenant.as_str())
            .bind(sealed)
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn sigkill_at_random_points_loses_no_row_and_no_write() {
    let files = Files::new();
    let path = files.path("clinic");
    let (old, new) = keys();
    let tenant: TenantId = "acme".parse().unwrap();
    let mut connection = raw(&path).await;
    fill(&mut connection, &fields(&old), &tenant).await;
    let mut application = Application { connection, fields: fields(&new), tenant, wrote: HashMap::new() };
    let store = table(&path).await;

    let mut before = 0;
    for round in 0..KILLS {
        let mut child = spawn(&path);
        let started = Instant::now();
        while store.progress(&walk()).await.unwrap().rows <= before {
            application.write().await;
            assert!(started.elapsed() < Duration::from_secs(120), "the walker does not walk");
            assert!(child.try_wait().unwrap().is_none(), "the walker ended by itself");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        for _ in 0..random() % 8 {
            application.write().await;
        }
        tokio::time::sleep(Duration::from_micros(random() % 30_000)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let progress = store.progress(&walk()).await.unwrap();
        assert!(
            before < progress.rows && !progress.finished,
            "killed amid the walk, round {round}: {progress:?}"
        );
        before = progress.rows;
    }
    run(&path, WalkConfig { rows_per_second: None, ..WalkConfig::default() }).await;

    let progress = store.progress(&walk()).await.unwrap();
    assert_eq!((progress.rows, progress.failed, progress.finished), (ROWS as u64, 0, true));
    // Destroying the old key shows that nothing needs it any more.
    let mut ring = KeyRing::clone(&new.current());
    let old = old.current().active().id();
    let _ = ring.destroy(old, &*test_clock()).unwrap();
    new.replace(ring).unwrap();
    let rows = sqlx::query("SELECT id, name FROM patients ORDER BY id")
        .fetch_all(&mut application.connection)
        .await
        .unwrap();
    assert_eq!(rows.len() as i64, ROWS);
    for row in rows {
        let id: i64 = row.get(0);
        let text = application.fields.open(&NAME.row(&application.tenant, id), row.get(1)).unwrap();
        let expected = application.wrote.get(&id).cloned().unwrap_or_else(|| format!("patient {id}"));
        assert_eq!(text.expose(), expected.as_bytes(), "row {id}");
    }
    let sound: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut application.connection).await.unwrap();
    assert_eq!(sound, "ok");
}
