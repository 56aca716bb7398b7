//! A database for each test, copied from one that was migrated once.
#![allow(dead_code, reason = "each test binary uses a part")]

use sqlx::{Connection, PgConnection};
use std::path::Path;
use stockade_postgres::{ConnectError, Postgres};
use stockade_testkit::servers::{self, Database};

/// A migrated database, or `None` where tests may go without a server.
pub(crate) async fn database() -> Option<Database> {
    Some(copy(servers::postgres()?).await)
}

pub(crate) async fn copy(server: &servers::Postgres) -> Database {
    let migrate = async |url: &str| -> Result<(), ConnectError> {
        Postgres::connect(url).await?.close().await;
        Ok(())
    };
    server.database(&format!("stockade_{:016x}", fingerprint()), migrate).await.unwrap()
}

/// An empty database, or `None` where tests may go without a server.
pub(crate) fn empty() -> Option<Database> {
    Some(servers::postgres()?.empty_database().unwrap())
}

pub(crate) async fn open(database: &Database) -> Postgres {
    Postgres::connect(&database.url()).await.unwrap()
}

/// A connection of somebody who knows nothing of this crate.
pub(crate) async fn raw(database: &Database) -> PgConnection {
    PgConnection::connect(&database.url()).await.unwrap()
}

/// Of the migrations, so that a server that outlives a test run never gives a schema of the past (FNV-1a).
fn fingerprint() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let bytes = files.iter().flat_map(|file| std::fs::read(file).unwrap());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
