//! Tables whose rows are walked, to move their cells to another key.

mod error;
mod kind;
mod open;
mod progress;
mod read;
mod spec;
mod statements;
mod write;

pub use error::SealedTableError;
pub use spec::TableSpec;

use crate::Postgres;
use crate::domain::{Lock, lock, store_error};
use statements::Statements;
use stockade_core::StoreError;
use stockade_crypto_at_rest::walk::{Advance, BatchLimit, Progress, Row, RowKey, RowStore, Stride, WalkName};

/// One table of the application, as the [`RowStore`] that a [`Walker`](stockade_crypto_at_rest::walk::Walker) goes through. A clone is a
/// handle on the same connections.
///
/// A batch is read without a lock. It is written in one transaction with the walk's progress, which is kept in the same database, in
/// `stockade.walks`. Pages follow the key's own order, with texts that of the column's collation.
///
/// A column has one type: sealed cells need `bytea`. A column of text, such as of Fernet tokens, is first made one by `ALTER TABLE …
/// ALTER COLUMN name TYPE bytea USING convert_to(name, 'UTF8')`, and walked by a judge that knows the tokens from their bytes.
#[derive(Debug, Clone)]
pub struct SealedTable {
    store: Postgres,
    statements: Statements,
}

#[async_trait::async_trait]
impl RowStore for SealedTable {
    async fn progress(&self, walk: &WalkName) -> Result<Progress, StoreError> {
        self.store.decide(|| async { progress::load(self.store.pool(), walk).await }).await
    }

    async fn batch(&self, after: Option<&RowKey>, limit: BatchLimit) -> Result<Vec<Row>, StoreError> {
        self.store.decide(|| read::batch(self.store.pool(), &self.statements, after, limit)).await
    }

    async fn advance(&self, walk: &WalkName, stride: &Stride) -> Result<Advance, StoreError> {
        self.store
            .decide(|| async {
                let mut transaction = self.store.begin().await?;
                lock(&mut transaction, Lock::Walk, walk.as_str()).await.map_err(store_error)?;
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
            })
            .await
    }

    async fn forget(&self, walk: &WalkName) -> Result<(), StoreError> {
        self.store.decide(|| progress::forget(self.store.pool(), walk)).await
    }
}
