//! Tables whose rows are walked, to move their cells to another key.

mod open;
mod progress;
mod read;
mod spec;
#[cfg(test)]
mod tests;
mod value;
mod write;

pub use spec::{SealedTableError, TableSpec};

use crate::domain::store_error;
use spec::Statements;
use sqlx::SqlitePool;
use stockade_core::StoreError;
use stockade_crypto_at_rest::walk::{Advance, BatchLimit, Progress, Row, RowKey, RowStore, Stride, WalkName};

/// One table of the application, as the [`RowStore`] that a [`Walker`](stockade_crypto_at_rest::walk::Walker) goes through. A clone is a
/// handle on the same connections.
///
/// A batch is read without a lock. It is written in one transaction with the walk's progress, which is kept in the same file, in the
/// table `stockade_walks`. A row whose key is NULL or a floating number, and a cell with a floating number or a text that is not
/// UTF-8, stop the walk as [`Corrupt`](stockade_core::StoreErrorKind::Corrupt).
#[derive(Debug, Clone)]
pub struct SealedTable {
    writer: SqlitePool,
    readers: SqlitePool,
    statements: Statements,
}

#[async_trait::async_trait]
impl RowStore for SealedTable {
    async fn progress(&self, walk: &WalkName) -> Result<Progress, StoreError> {
        progress::load(&self.readers, walk).await
    }

    async fn batch(&self, after: Option<&RowKey>, limit: BatchLimit) -> Result<Vec<Row>, StoreError> {
        read::batch(&self.readers, &self.statements, after, limit).await
    }

    async fn advance(&self, walk: &WalkName, stride: &Stride) -> Result<Advance, StoreError> {
        let mut transaction = self.begin().await?;
        let now = progress::load(&mut *transaction, walk).await?;
        if now != *stride.from() {
            return Ok(Advance::Overtaken(now));
        }
        let replacements: Vec<_> = stride.replacements().collect();
        let outcomes = write::replace(&mut transaction, &self.statements, &replacements).await?;
        let landing = stride.landing(&outcomes);
        progress::save(&mut transaction, walk, &landing).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(Advance::Made(landing))
    }

    async fn forget(&self, walk: &WalkName) -> Result<(), StoreError> {
        progress::forget(&self.writer, walk).await
    }
}
