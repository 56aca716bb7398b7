//! Makes the schema and brings it up to date.

use crate::domain::{Lock, lock};
use crate::{ConnectError, PostgresConfig};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Row};

/// Stands in the schema beside the tables that it lists the making of.
const TABLE: &str = "stockade.migrations";

/// Prepares the database, however many processes do so at once, and gives the options with which to connect from now on.
pub(crate) async fn prepare(
    options: &PgConnectOptions,
    config: &PostgresConfig,
) -> Result<PgConnectOptions, ConnectError> {
    let look = tokio::time::timeout(config.patience(), look(options));
    let (mut connection, options, missing) = look.await.map_err(|late| ConnectError::Busy(late.into()))??;
    // Asked without a lock first: nearly always nothing is to be done, and a service's role may not be allowed to do it.
    if let Missing::Migration(migration) = missing {
        if !config.migrate {
            return Err(ConnectError::Behind { migration });
        }
        migrate(&mut connection).await?;
    }
    // The server notices by itself if it does not hear of it.
    let _ = tokio::time::timeout(config.patience(), connection.close()).await;
    Ok(options)
}

async fn look(options: &PgConnectOptions) -> Result<(PgConnection, PgConnectOptions, Missing), ConnectError> {
    let mut connection = options.connect().await?;
    let (encoding, durable): (String, bool) = sqlx::query_as(
        "SELECT current_setting('server_encoding'), current_setting('synchronous_commit') <> 'off'",
    )
    .fetch_one(&mut connection)
    .await?;
    if encoding != "UTF8" {
        return Err(ConnectError::Encoding { encoding });
    }
    let missing = missing(&mut connection).await?;
    let options = options.clone();
    let durable = if durable { options } else { options.options([("synchronous_commit", "on")]) };
    Ok((connection, durable, missing))
}

fn migrations() -> Migrator {
    let mut migrations = sqlx::migrate!("./migrations");
    migrations.dangerous_set_table_name(TABLE);
    // The lock is our own, which goes with the transaction.
    migrations.set_locking(false);
    migrations
}

/// What the schema lacks.
enum Missing {
    Nothing,
    /// The first of them.
    Migration(i64),
}

async fn missing(connection: &mut PgConnection) -> Result<Missing, ConnectError> {
    let ours = migrations();
    // Asked in one statement, so that a schema which another process is just making is seen as a whole or not at all.
    let (known, taken): (bool, bool) = sqlx::query_as(
        "SELECT coalesce(bool_or(relname = 'migrations'), FALSE), count(*) > 0
         FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = 'stockade'",
    )
    .fetch_one(&mut *connection)
    .await?;
    let mut applied = Vec::new();
    if known {
        let rows = sqlx::query("SELECT version, checksum FROM stockade.migrations ORDER BY version")
            .fetch_all(connection)
            .await?;
        for row in &rows {
            applied.push((row.try_get::<i64, _>(0)?, row.try_get::<Vec<u8>, _>(1)?));
        }
    } else if taken {
        return Err(ConnectError::Foreign);
    }
    for (migration, checksum) in &applied {
        match ours.iter().find(|our| our.version == *migration) {
            None => return Err(ConnectError::NewerSchema { migration: *migration }),
            Some(our) if *our.checksum != **checksum => {
                return Err(ConnectError::AlteredSchema { migration: *migration });
            }
            Some(_) => {}
        }
    }
    let lacks = ours.iter().find(|our| applied.iter().all(|(migration, _)| *migration != our.version));
    Ok(lacks.map_or(Missing::Nothing, |our| Missing::Migration(our.version)))
}

/// All that is missing in one transaction: two processes cannot apply the same step, and a failing step leaves nothing behind. Nor
/// is a step cut short by the time that a statement or a call may otherwise take: an index over a long log takes what it takes. The
/// wait for another process that is at it is bounded as for every lock.
async fn migrate(connection: &mut PgConnection) -> Result<(), ConnectError> {
    let mut transaction = connection.begin().await?;
    sqlx::query("SET LOCAL statement_timeout = 0").execute(&mut *transaction).await?;
    lock(&mut transaction, Lock::Schema, "").await?;
    // Read from the table: `to_regnamespace` may remember that there was none.
    let exists: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'stockade')")
            .fetch_one(&mut *transaction)
            .await?;
    // A role that may create tables in it may not be allowed to create a schema, even one that is there.
    if !exists {
        sqlx::query("CREATE SCHEMA stockade").execute(&mut *transaction).await?;
    }
    // `run` is the same over `Acquire`, whose lifetime makes the future one that cannot be spawned.
    migrations().run_direct(None, &mut *transaction, false).await?;
    transaction.commit().await?;
    Ok(())
}
