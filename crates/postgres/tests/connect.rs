//! Which databases are taken, which are left alone, and what happens when the server does not answer.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlx::{Connection, PgConnection};
use std::time::{Duration, Instant};
use stockade_postgres::{ConnectError, Postgres, PostgresConfig};
use stockade_testkit::servers::{Fault, Proxy};

mod support;

use support::{database, empty, open, raw};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_of_many_processes_to_make_one_schema_gives_it_to_all() {
    for _ in 0..6 {
        let Some(database) = empty() else { return };
        let openers = (0..8).map(|_| {
            let url = database.url();
            tokio::spawn(async move { Postgres::connect(&url).await.unwrap().close().await })
        });
        for opener in openers.collect::<Vec<_>>() {
            opener.await.unwrap();
        }
    }
}

#[tokio::test]
async fn another_applications_schema_is_refused_untouched() {
    let Some(database) = empty() else { return };
    let theirs = "CREATE SCHEMA stockade; CREATE TABLE stockade.theirs (n INT)";
    sqlx::raw_sql(theirs).execute(&mut raw(&database).await).await.unwrap();
    let refused = Postgres::connect(&database.url()).await.unwrap_err();
    assert!(matches!(refused, ConnectError::Foreign), "{refused:?}");
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_class WHERE relnamespace = 'stockade'::regnamespace")
            .fetch_one(&mut raw(&database).await)
            .await
            .unwrap();
    assert_eq!(tables, 1);
}

#[tokio::test]
async fn a_schema_that_an_administrator_made_for_us_is_taken() {
    let Some(database) = empty() else { return };
    sqlx::query("CREATE SCHEMA stockade").execute(&mut raw(&database).await).await.unwrap();
    open(&database).await.close().await;
}

#[tokio::test]
async fn a_later_and_an_altered_schema_are_refused_and_kept() {
    let Some(database) = database().await else { return };
    let mut raw = raw(&database).await;
    let later = "INSERT INTO stockade.migrations VALUES (99991231000000, 'later', now(), TRUE, '', 1)";
    sqlx::query(later).execute(&mut raw).await.unwrap();
    let refused = Postgres::connect(&database.url()).await.unwrap_err();
    assert!(matches!(refused, ConnectError::NewerSchema { migration: 99_991_231_000_000 }), "{refused:?}");
    sqlx::query("UPDATE stockade.migrations SET checksum = ''").execute(&mut raw).await.unwrap();
    let refused = Postgres::connect(&database.url()).await.unwrap_err();
    assert!(matches!(refused, ConnectError::AlteredSchema { .. }), "{refused:?}");
}

#[tokio::test]
async fn partial_write_of_a_migration_leaves_nothing() {
    let Some(database) = empty() else { return };
    // Something in the way of a later migration, so that those before it would be kept if they could.
    let config = PostgresConfig { migrate: false, ..PostgresConfig::default() };
    let behind = Postgres::connect_with(&database.url(), &config).await.unwrap_err();
    let ConnectError::Behind { migration: first } = behind else { panic!("{behind:?}") };
    let in_the_way = "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'stockade.sessions')
            THEN RAISE EXCEPTION 'no room'; END IF; END $$;
        CREATE EVENT TRIGGER refuse ON ddl_command_end EXECUTE FUNCTION refuse();";
    sqlx::raw_sql(in_the_way).execute(&mut raw(&database).await).await.unwrap();
    let failed = Postgres::connect(&database.url()).await.unwrap_err();
    assert!(matches!(failed, ConnectError::Database(_)), "{failed:?}");
    sqlx::raw_sql("DROP EVENT TRIGGER refuse").execute(&mut raw(&database).await).await.unwrap();
    let behind = Postgres::connect_with(&database.url(), &config).await.unwrap_err();
    assert!(matches!(behind, ConnectError::Behind { migration } if migration == first), "{behind:?}");
    open(&database).await.close().await;
    Postgres::connect_with(&database.url(), &config).await.unwrap();
}

#[tokio::test]
async fn a_service_needs_no_right_to_make_tables() {
    let Some(database) = database().await else { return };
    let role = format!("service_{}", database.name());
    let grants = format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA stockade TO {role};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA stockade TO {role};"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(grants)).execute(&mut raw(&database).await).await.unwrap();
    let url = database.url().replace("postgres@", &format!("{role}@"));
    let store = Postgres::connect(&url).await.unwrap();
    let mut service = PgConnection::connect(&url).await.unwrap();
    for beyond in
        ["CREATE TABLE stockade.mine (n INT)", "ALTER TABLE stockade.audit_events DISABLE TRIGGER ALL"]
    {
        sqlx::query(beyond).execute(&mut service).await.unwrap_err();
    }
    store.close().await;
    service.close().await.unwrap();
    let gone = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(gone)).execute(&mut raw(&database).await).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_reached_is_a_typed_error() {
    let refused = Postgres::connect("postgres://me@127.0.0.1:1/app").await.unwrap_err();
    assert!(matches!(refused, ConnectError::Database(_)), "{refused:?}");
    let none = PostgresConfig { connections: 0, ..PostgresConfig::default() };
    let refused = Postgres::connect_with("postgres://me@127.0.0.1:1/app", &none).await.unwrap_err();
    assert!(matches!(refused, ConnectError::Config(_)), "{refused:?}");
}

#[cfg(feature = "rbac")]
#[tokio::test]
async fn a_server_that_says_nothing_is_unavailable_in_time_and_used_again() {
    use stockade_core::{StoreErrorKind, SubjectId};
    use stockade_rbac::RoleAssignments;
    let Some(database) = database().await else { return };
    let Some(server) = stockade_testkit::servers::postgres() else { return };
    let proxy = Proxy::before(server.addr()).unwrap();
    let config = PostgresConfig { call_timeout_ms: 300, connections: 2, ..PostgresConfig::default() };
    let store = Postgres::connect_with(&proxy.url(&database.url()), &config).await.unwrap();
    let ada: SubjectId = "ada".parse().unwrap();
    assert!(store.roles_of(&ada).await.unwrap().is_empty());
    for fault in [Fault::Silence, Fault::Cut, Fault::Truncate(7)] {
        proxy.set(fault);
        let started = Instant::now();
        let error = store.roles_of(&ada).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{fault:?}");
        assert!(started.elapsed() < Duration::from_secs(10), "{fault:?}");
        proxy.set(Fault::Cut);
        proxy.set(Fault::None);
        let deadline = Instant::now() + Duration::from_secs(10);
        while let Err(error) = store.roles_of(&ada).await {
            assert!(Instant::now() < deadline, "{fault:?}: {error:?}");
        }
    }
}
