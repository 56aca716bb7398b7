//! What is left of an erased wrap in the files.

use crate::Sqlite;
use crate::domain::store_error;
use sqlx::{ConnectOptions, Connection, Row};
use std::time::Duration;
use stockade_core::StoreError;
use stockade_secure_delete::erase::MediumCaveat;

/// How long to wait for readers. Writers wait meanwhile: a backup that reads for minutes must not stop the service.
const PATIENCE: Duration = Duration::from_millis(250);

impl Sqlite {
    /// Moves the write-ahead log into the file, which overwrites the wraps there, and cuts the log to nothing.
    ///
    /// On a connection of its own, whose patience is short whatever becomes of this call; the writer's turn is taken so that it
    /// waits for nobody of this process but readers.
    pub(super) async fn empty_log(&self) -> Result<MediumCaveat, StoreError> {
        let _turn = self.writer().acquire().await.map_err(store_error)?;
        let options = self.writer().connect_options();
        let mut connection =
            options.as_ref().clone().busy_timeout(PATIENCE).connect().await.map_err(store_error)?;
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&mut connection)
            .await
            .and_then(|row| row.try_get::<i64, _>(0));
        connection.close().await.map_err(store_error)?;
        match row.map_err(store_error)? {
            0 => Ok(MediumCaveat::OverwrittenInFile),
            _ => Ok(MediumCaveat::LogNotEmptied),
        }
    }
}
