//! Finding the table, in our file or in the application's own.

use super::{SealedTable, SealedTableError, TableSpec};
use crate::domain::store_error;
use crate::pools::{Pools, connect_options};
use crate::{OpenError, Sqlite, SqliteConfig};
use sqlx::{Row, SqlitePool};
use std::path::Path;

/// The table of progress, in a file that is not ours. In ours it comes with the other tables.
const CREATE: &str = include_str!("../../migrations/20261122000400_crypto_at_rest.sql");

impl Sqlite {
    /// A table that the application keeps in this file, ready to be walked.
    ///
    /// # Errors
    /// See [`SealedTableError`].
    pub async fn sealed_table(&self, spec: &TableSpec) -> Result<SealedTable, SealedTableError> {
        check(&self.readers, spec).await?;
        let (writer, readers) = (self.writer.clone(), self.readers.clone());
        Ok(SealedTable { writer, readers, statements: spec.statements() })
    }
}

impl SealedTable {
    /// A table in the application's own SQLite file at `path`, ready to be walked, over connections of its own. The one thing that is
    /// added to the file is a table `stockade_walks`, which keeps how far walks have come.
    ///
    /// The journal mode of the file is left as it is; with a write-ahead log the walk's readers and the application do not wait for
    /// each other.
    ///
    /// # Errors
    /// See [`SealedTableError`].
    pub async fn open(
        path: impl AsRef<Path>,
        config: &SqliteConfig,
        spec: &TableSpec,
    ) -> Result<Self, SealedTableError> {
        spec.validate()?;
        config.validate().map_err(OpenError::from)?;
        // As for our own file: an absolute path is never a name with a meaning of its own.
        let path = std::path::absolute(path).map_err(OpenError::from)?;
        let Pools { writer, readers } = Pools::open(connect_options(&path, config), config).await?;
        check(&readers, spec).await?;
        let table = Self { writer, readers, statements: spec.statements() };
        table.prepare().await?;
        Ok(table)
    }

    /// Waits for the calls that are under way, and closes the connections; those of the [`Sqlite`] too that gave this table.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    pub(super) async fn begin(
        &self,
    ) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, stockade_core::StoreError> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(store_error)
    }

    async fn prepare(&self) -> Result<(), SealedTableError> {
        let mut transaction = self.begin().await?;
        let present: i64 =
            sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'stockade_walks'")
                .fetch_one(&mut *transaction)
                .await
                .map_err(store_error)?;
        if present == 0 {
            sqlx::raw_sql(CREATE).execute(&mut *transaction).await.map_err(store_error)?;
        }
        transaction.commit().await.map_err(store_error)?;
        Ok(())
    }
}

async fn check(pool: &SqlitePool, spec: &TableSpec) -> Result<(), SealedTableError> {
    spec.validate()?;
    let columns = sqlx::query(
        "SELECT c.name, c.pk, c.\"notnull\" FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
         WHERE t.schema = 'main' AND t.type = 'table' AND t.name = ? COLLATE NOCASE AND t.name NOT GLOB 'sqlite_*'",
    )
    .bind(spec.table())
    .fetch_all(pool)
    .await
    .map_err(store_error)?;
    if columns.is_empty() {
        return Err(SealedTableError::NoTable { table: spec.table().to_owned() });
    }
    let mut found = Vec::with_capacity(columns.len());
    for column in &columns {
        let (name, pk, not_null): (String, i64, bool) = (
            column.try_get(0).map_err(store_error)?,
            column.try_get(1).map_err(store_error)?,
            column.try_get(2).map_err(store_error)?,
        );
        found.push((name, pk, not_null));
    }
    let named = |name: &str| found.iter().find(|(column, ..)| column.eq_ignore_ascii_case(name));
    if let Some(column) = spec.columns().find(|column| named(column).is_none()) {
        return Err(SealedTableError::NoColumn { column: column.to_owned() });
    }
    let key = named(spec.key());
    let only = found.iter().filter(|(_, pk, _)| *pk > 0).count() == 1;
    if key.is_some_and(|(_, pk, _)| *pk > 0 && only) {
        return Ok(());
    }
    let unique: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pragma_index_list(?1) AS i
         WHERE i.\"unique\" AND NOT i.partial
           AND (SELECT count(*) = 1 AND max(c.name) = ?2 COLLATE NOCASE FROM pragma_index_info(i.name) AS c)",
    )
    .bind(spec.table())
    .bind(spec.key())
    .fetch_one(pool)
    .await
    .map_err(store_error)?;
    if unique > 0 && key.is_some_and(|(.., not_null)| *not_null) {
        return Ok(());
    }
    Err(SealedTableError::NotAKey { column: spec.key().to_owned() })
}
