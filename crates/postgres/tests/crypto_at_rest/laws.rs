//! The laws of a row store, over a table as applications have it.

use crate::support::{database, open, raw};
use sqlx::{PgConnection, Row as _};
use std::sync::Arc;
use stockade_crypto_at_rest::walk::laws::{self, Table};
use stockade_crypto_at_rest::walk::{Cell, Row, RowKey, RowStore};
use stockade_postgres::{SealedTable, TableSpec};
use stockade_testkit::servers::Database;
use tokio::sync::Mutex;

const CREATE: &str = "CREATE TABLE patients (id BIGINT PRIMARY KEY, tenant TEXT, one BYTEA, two BYTEA)";

struct Patients {
    application: Mutex<PgConnection>,
    store: SealedTable,
    _database: Database,
}

async fn patients() -> Arc<dyn Table> {
    let database = database().await.unwrap();
    let mut application = raw(&database).await;
    sqlx::query(CREATE).execute(&mut application).await.unwrap();
    let spec = TableSpec::new("patients", "id").tenant("tenant").cell("one").cell("two");
    let store = open(&database).await.sealed_table(&spec).await.unwrap();
    Arc::new(Patients { application: Mutex::new(application), store, _database: database })
}

fn number(key: &RowKey) -> i64 {
    let RowKey::Number(number) = key else { panic!("the table takes no such key") };
    *number
}

fn bytes(cell: &Cell) -> Option<&[u8]> {
    match cell {
        Cell::Null => None,
        Cell::Bytes(bytes) => Some(bytes),
        _ => panic!("the table takes no such cell"),
    }
}

#[async_trait::async_trait]
impl Table for Patients {
    fn store(&self) -> Arc<dyn RowStore> {
        Arc::new(self.store.clone())
    }

    fn takes_key(&self, key: &RowKey) -> bool {
        matches!(key, RowKey::Number(_))
    }

    fn takes_cell(&self, cell: &Cell) -> bool {
        matches!(cell, Cell::Null | Cell::Bytes(_))
    }

    async fn write(&self, row: Row) {
        sqlx::query(
            "INSERT INTO patients VALUES ($1, $2, $3, $4)
             ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, one = excluded.one, two = excluded.two",
        )
        .bind(number(&row.key))
        .bind(&row.tenant)
        .bind(bytes(&row.cells[0]))
        .bind(bytes(&row.cells[1]))
        .execute(&mut *self.application.lock().await)
        .await
        .unwrap();
    }

    async fn remove(&self, key: RowKey) {
        let delete = sqlx::query("DELETE FROM patients WHERE id = $1").bind(number(&key));
        delete.execute(&mut *self.application.lock().await).await.unwrap();
    }

    async fn rows(&self) -> Vec<Row> {
        let rows = sqlx::query("SELECT id, one, two, tenant FROM patients ORDER BY id")
            .fetch_all(&mut *self.application.lock().await)
            .await
            .unwrap();
        let cell = |bytes: Option<Vec<u8>>| bytes.map_or(Cell::Null, Cell::Bytes);
        let row = |row: &sqlx::postgres::PgRow| {
            let found = Row::new(RowKey::Number(row.get(0)), vec![cell(row.get(1)), cell(row.get(2))]);
            match row.get::<Option<String>, _>(3) {
                Some(tenant) => found.of_tenant(tenant),
                None => found,
            }
        };
        rows.iter().map(row).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_a_table_of_the_application_keeps_the_laws() {
    if stockade_testkit::servers::postgres().is_none() {
        return;
    }
    laws::all(patients).await;
}
