//! Which tables are walked, and which are not.

use crate::support::{database, open, raw};
use stockade_crypto_at_rest::walk::{BatchLimit, RowStore};
use stockade_postgres::{SealedTableError, TableSpec};

const CREATE: &str = "
    CREATE TABLE patients (id BIGINT PRIMARY KEY, name BYTEA, a TEXT UNIQUE, b TEXT NOT NULL, c TEXT NOT NULL UNIQUE,
        d TEXT NOT NULL, j JSONB, t TIMESTAMPTZ);
    CREATE UNIQUE INDEX partial ON patients (b) WHERE b > 'm';
    CREATE UNIQUE INDEX two ON patients (b, d);
    CREATE UNIQUE INDEX computed ON patients (lower(d));
    CREATE TABLE pairs (a TEXT, b TEXT, name BYTEA, PRIMARY KEY (a, b));
    CREATE VIEW view AS SELECT * FROM patients;
    CREATE DOMAIN sealed AS BYTEA;
    CREATE TABLE odd (id BIGINT PRIMARY KEY, name sealed);
    CREATE SCHEMA clinic;
    CREATE TABLE clinic.\"Visits\" (\"Id\" UUID PRIMARY KEY, \"Note\" BYTEA);
    INSERT INTO patients (id, name, b, c, d) VALUES (1, 'a', '', '', '')";

fn spec() -> TableSpec {
    TableSpec::new("patients", "id").cell("name")
}

#[tokio::test]
async fn asvs_v1_2_4_sql_injection_in_a_name_is_refused_and_does_nothing() {
    let Some(database) = database().await else { return };
    sqlx::raw_sql(CREATE).execute(&mut raw(&database).await).await.unwrap();
    let store = open(&database).await;
    for attack in [
        "",
        "name\"; DROP TABLE patients; --",
        "name' --",
        "na me",
        "name\0",
        "1name",
        "名",
        "name-",
        "public.patients",
        &"x".repeat(64),
    ] {
        for spec in [
            TableSpec::new(attack, "id").cell("name"),
            TableSpec::new("patients", attack).cell("name"),
            TableSpec::new("patients", "id").cell(attack),
            spec().tenant(attack),
            spec().schema(attack),
        ] {
            let error = store.sealed_table(&spec).await.unwrap_err();
            assert!(matches!(error, SealedTableError::Name { .. }), "{error:?}");
        }
    }
    let table = store.sealed_table(&spec()).await.unwrap();
    assert_eq!(table.batch(None, BatchLimit { rows: 9, bytes: 99 }).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_table_that_could_hide_rows_is_refused() {
    let Some(database) = database().await else { return };
    sqlx::raw_sql(CREATE).execute(&mut raw(&database).await).await.unwrap();
    let store = open(&database).await;
    let refused = async |spec: TableSpec| store.sealed_table(&spec).await.unwrap_err();
    for (table, key) in
        [("patients", "a"), ("patients", "b"), ("patients", "d"), ("pairs", "a"), ("pairs", "b")]
    {
        let error = refused(TableSpec::new(table, key).cell("name")).await;
        assert!(matches!(error, SealedTableError::NotAKey { .. }), "{table} {key}: {error:?}");
    }
    for table in ["view", "missing", "pg_class", "Patients"] {
        let error = refused(TableSpec::new(table, "id").cell("name")).await;
        assert!(matches!(error, SealedTableError::NoTable { .. }), "{table}: {error:?}");
    }
    for column in ["missing", "ctid", "NAME"] {
        let error = refused(TableSpec::new("patients", "id").cell(column)).await;
        assert!(matches!(error, SealedTableError::NoColumn { .. }), "{column}: {error:?}");
    }
    for spec in
        [spec().cell("j"), spec().cell("t"), spec().tenant("t"), TableSpec::new("odd", "id").cell("name")]
    {
        assert!(matches!(refused(spec).await, SealedTableError::Kind { .. }));
    }
    for bad in [TableSpec::new("patients", "id"), spec().cell("name"), spec().tenant("id")] {
        assert!(matches!(refused(bad).await, SealedTableError::Cells));
    }
    let visits = TableSpec::new("Visits", "Id").schema("clinic").cell("Note");
    store.sealed_table(&visits).await.unwrap();
    store.sealed_table(&TableSpec::new("patients", "c").tenant("b").cell("name")).await.unwrap();
}
