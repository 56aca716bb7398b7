//! Makes the file ours and brings it up to date.

use crate::OpenError;
use crate::file::APPLICATION_ID;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use std::time::{Duration, Instant};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long to leave a file alone that another process is preparing.
const PAUSE: Duration = Duration::from_millis(20);

/// Prepares the file, however many processes do so at once. Changing the journal's mode needs the file alone and does not wait
/// for it, so that this has to.
pub(crate) async fn prepare(options: &SqliteConnectOptions, patience: Duration) -> Result<(), OpenError> {
    let started = Instant::now();
    loop {
        match prepare_once(options).await {
            Err(OpenError::Busy(_)) if started.elapsed() < patience => tokio::time::sleep(PAUSE).await,
            outcome => return outcome,
        }
    }
}

async fn prepare_once(options: &SqliteConnectOptions) -> Result<(), OpenError> {
    let mut connection = options.connect().await?;
    claim(&mut connection).await?;
    sqlx::query("PRAGMA journal_mode = WAL").execute(&mut connection).await?;
    migrate(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Marks an empty file as ours: before the write-ahead log exists, so that the mark is in the file's own header from the first
/// moment that it has one.
async fn claim(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *transaction).await?;
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut *transaction).await?;
    if id == 0 && tables == 0 {
        let mark = AssertSqlSafe(format!("PRAGMA application_id = {APPLICATION_ID}"));
        sqlx::query(mark).execute(&mut *transaction).await?;
    } else if id != i64::from(APPLICATION_ID) {
        return Err(OpenError::Foreign { application_id: u32::try_from(id).unwrap_or_default() });
    }
    transaction.commit().await?;
    Ok(())
}

/// All that is missing in one transaction: two processes cannot apply the same step, and a failing step leaves nothing behind.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    // `run` is the same over `Acquire`, whose lifetime makes the future one that cannot be spawned.
    MIGRATIONS.run_direct(None, &mut *transaction, false).await?;
    transaction.commit().await?;
    Ok(())
}
