//! Where the rows are.

use super::{Progress, Row, RowKey, Stride, WalkName};
use std::fmt;
use stockade_core::StoreError;

/// One table, and the columns of it that are walked.
///
/// The law suite (feature `laws`) says it by example; a backend runs it in two lines.
#[async_trait::async_trait]
pub trait RowStore: Send + Sync + fmt::Debug {
    /// How far `walk` has come; the default of [`Progress`] if it never began.
    ///
    /// # Errors
    /// The store cannot say.
    async fn progress(&self, walk: &WalkName) -> Result<Progress, StoreError>;

    /// The first rows whose keys are greater than `after`, in the order of their keys; all that are committed and fit `limit`, but one
    /// at least if there is any. Empty only at the end of the table.
    ///
    /// A row left out is never resealed, and its data are lost with the old key. A row given twice costs time.
    ///
    /// # Errors
    /// The rows cannot be read.
    async fn batch(&self, after: Option<&RowKey>, limit: BatchLimit) -> Result<Vec<Row>, StoreError>;

    /// Makes the replacements of `stride` and saves its [landing](Stride::landing), as one transaction, if the progress of `walk` is
    /// what the stride began from. A row is replaced only if its cells are what was read.
    ///
    /// To replace a row that has changed would lose what the application wrote; to call a row changed that has not costs another
    /// reading. To save a landing that is further than the replacements would leave rows under the old key.
    ///
    /// # Errors
    /// Nothing was written.
    async fn advance(&self, walk: &WalkName, stride: &Stride) -> Result<Advance, StoreError>;

    /// Forgets `walk`, so that it begins anew.
    ///
    /// # Errors
    /// The progress is as it was.
    async fn forget(&self, walk: &WalkName) -> Result<(), StoreError>;
}

/// How much of a table is read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimit {
    /// The most rows.
    pub rows: usize,
    /// The most bytes of cells, but for a single row that has more.
    pub bytes: usize,
}

impl BatchLimit {
    /// Whether `row` still belongs to a batch that has `rows` rows and `bytes` bytes already; counts its bytes.
    #[must_use]
    pub fn admits(&self, rows: usize, bytes: &mut usize, row: &Row) -> bool {
        *bytes = bytes.saturating_add(row.size());
        rows == 0 || (rows < self.rows && *bytes <= self.bytes)
    }
}

/// What became of a stride.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Advance {
    /// It was made, and the walk stands here.
    Made(Progress),
    /// Another walker was faster. Nothing was written, and the walk stands here.
    Overtaken(Progress),
}
