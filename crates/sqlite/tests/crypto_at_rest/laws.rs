//! The laws of a row store, over a table in our file and over one in the application's own.

use crate::support::{Files, raw};
use crate::values;
use sqlx::{Row as _, SqliteConnection};
use std::sync::Arc;
use stockade_crypto_at_rest::walk::laws::{self, Table};
use stockade_crypto_at_rest::walk::{Row, RowKey, RowStore};
use stockade_sqlite::{SealedTable, SqliteConfig, TableSpec};
use tokio::sync::Mutex;

/// No column has a type, so that each takes values of every kind.
const CREATE: &str = "CREATE TABLE anything (key PRIMARY KEY NOT NULL, tenant, one, two)";

struct Anything {
    application: Mutex<SqliteConnection>,
    store: SealedTable,
}

fn spec() -> TableSpec {
    TableSpec::new("anything", "key").tenant("tenant").cell("one").cell("two")
}

async fn in_our_file(files: &Files) -> Arc<dyn Table> {
    let name = files.another();
    let ours = files.open(&name).await;
    let mut application = raw(&files.path(&name)).await;
    sqlx::query(CREATE).execute(&mut application).await.unwrap();
    let store = ours.sealed_table(&spec()).await.unwrap();
    Arc::new(Anything { application: Mutex::new(application), store })
}

async fn in_their_file(files: &Files) -> Arc<dyn Table> {
    let path = files.path(&files.another());
    let mut application = raw(&path).await;
    sqlx::raw_sql("PRAGMA journal_mode = WAL").execute(&mut application).await.unwrap();
    sqlx::query(CREATE).execute(&mut application).await.unwrap();
    let store = SealedTable::open(&path, &SqliteConfig::default(), &spec()).await.unwrap();
    Arc::new(Anything { application: Mutex::new(application), store })
}

#[async_trait::async_trait]
impl Table for Anything {
    fn store(&self) -> Arc<dyn RowStore> {
        Arc::new(self.store.clone())
    }

    async fn write(&self, row: Row) {
        let insert = sqlx::query("INSERT OR REPLACE INTO anything VALUES (?, ?, ?, ?)");
        let query = values::bind_key(insert, &row.key).bind(&row.tenant);
        let query = row.cells.iter().fold(query, values::bind_cell);
        query.execute(&mut *self.application.lock().await).await.unwrap();
    }

    async fn remove(&self, key: RowKey) {
        let delete = values::bind_key(sqlx::query("DELETE FROM anything WHERE key = ?"), &key);
        delete.execute(&mut *self.application.lock().await).await.unwrap();
    }

    async fn rows(&self) -> Vec<Row> {
        let select = sqlx::query("SELECT key, one, two, tenant FROM anything ORDER BY key");
        let rows = select.fetch_all(&mut *self.application.lock().await).await.unwrap();
        let row = |row: &sqlx::sqlite::SqliteRow| {
            let cells = vec![values::cell(row, 1), values::cell(row, 2)];
            let found = Row::new(values::key(row, 0), cells);
            match row.get::<Option<String>, _>(3) {
                Some(tenant) => found.of_tenant(tenant),
                None => found,
            }
        };
        rows.iter().map(row).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_a_table_in_our_file_keeps_the_laws() {
    let files = Files::new();
    laws::all(async || in_our_file(&files).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_a_table_in_the_applications_own_file_keeps_the_laws() {
    let files = Files::new();
    laws::all(async || in_their_file(&files).await).await;
}
