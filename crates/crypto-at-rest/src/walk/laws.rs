//! The laws that every [`RowStore`] keeps.
//!
//! A law is an async function that panics where a store breaks it. A store's tests run all of them with [`all`], on a multi-threaded
//! Tokio runtime, because the concurrent ones race:
//!
//! ```
//! # tokio::runtime::Builder::new_multi_thread().build().unwrap().block_on(async {
//! use stockade_crypto_at_rest::walk::laws;
//! laws::all(async || std::sync::Arc::new(laws::MemoryTable::default()) as _).await;
//! # });
//! ```
#![expect(clippy::expect_used, clippy::panic, reason = "a law fails by panicking")]

mod races;
mod reading;
mod writing;

pub use races::{walkers_and_writers_lose_nothing, walkers_at_once_count_every_row_once};
pub use reading::{
    batches_are_bounded, batches_walk_every_kind_of_key_once, cells_are_read_as_they_were_written,
};
pub use writing::{
    a_changed_row_is_not_overwritten, a_forgotten_walk_begins_anew, a_removed_row_does_not_return,
    an_overtaken_stride_writes_nothing, kinds_of_cells_are_told_apart, progress_is_kept_by_name,
};

use super::stride::Verdict;
use super::{
    Advance, BatchLimit, Cell, Change, MemoryRowStore, Progress, Row, RowKey, RowStore, Stride, WalkName,
};
use std::sync::Arc;

/// A table under test, with a column for the key, one for the tenant, and two that are walked.
///
/// Where columns have types, the laws leave out what the table does not take. Each takes numbers as keys, and as cells bytes and
/// nothing at all.
#[async_trait::async_trait]
pub trait Table: Send + Sync {
    /// The store under test, over this table.
    fn store(&self) -> Arc<dyn RowStore>;

    /// Whether the column of the key takes such a key. All do, unless the table says otherwise.
    fn takes_key(&self, _: &RowKey) -> bool {
        true
    }

    /// Whether the walked columns take such a cell. All do, unless the table says otherwise.
    fn takes_cell(&self, _: &Cell) -> bool {
        true
    }

    /// Writes a row as the application does, over one of the same key.
    async fn write(&self, row: Row);

    /// Removes a row as the application does.
    async fn remove(&self, key: RowKey);

    /// Every row, in the order of the keys.
    async fn rows(&self) -> Vec<Row>;
}

#[async_trait::async_trait]
impl Table for MemoryTable {
    fn store(&self) -> Arc<dyn RowStore> {
        self.0.clone()
    }

    async fn write(&self, row: Row) {
        self.0.write(row);
    }

    async fn remove(&self, key: RowKey) {
        self.0.remove(&key);
    }

    async fn rows(&self) -> Vec<Row> {
        self.0.rows()
    }
}

/// A [`MemoryRowStore`] as a table under test.
#[derive(Debug, Default)]
pub struct MemoryTable(Arc<MemoryRowStore>);

/// Runs every law, each on a fresh and empty table made by `fresh`.
///
/// # Panics
/// The store breaks a law.
pub async fn all(fresh: impl AsyncFn() -> Arc<dyn Table>) {
    batches_walk_every_kind_of_key_once(&*fresh().await).await;
    batches_are_bounded(&*fresh().await).await;
    cells_are_read_as_they_were_written(&*fresh().await).await;
    a_changed_row_is_not_overwritten(&*fresh().await).await;
    a_removed_row_does_not_return(&*fresh().await).await;
    kinds_of_cells_are_told_apart(&*fresh().await).await;
    an_overtaken_stride_writes_nothing(&*fresh().await).await;
    progress_is_kept_by_name(&*fresh().await).await;
    a_forgotten_walk_begins_anew(&*fresh().await).await;
    walkers_at_once_count_every_row_once(fresh().await).await;
    walkers_and_writers_lose_nothing(fresh().await).await;
}

const ALL: BatchLimit = BatchLimit { rows: 1_000, bytes: 1 << 20 };

fn walk() -> WalkName {
    "law".parse().expect("a name")
}

fn number(n: i64, cells: [Cell; 2]) -> Row {
    Row::new(RowKey::Number(n), cells.to_vec())
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// The text, or its bytes where the table takes no text.
fn text_in(table: &dyn Table, words: &str) -> Cell {
    let cell = text(words);
    if table.takes_cell(&cell) { cell } else { bytes(words.as_bytes()) }
}

fn bytes(bytes: &[u8]) -> Cell {
    Cell::Bytes(bytes.to_vec())
}

async fn read(store: &dyn RowStore, after: Option<&RowKey>) -> Vec<Row> {
    store.batch(after, ALL).await.expect("the store reads")
}

async fn progress(store: &dyn RowStore) -> Progress {
    store.progress(&walk()).await.expect("the store says")
}

/// A stride that replaces all cells of `rows` with `new`.
fn stride(from: Progress, rows: Vec<Row>, new: &[Cell]) -> Stride {
    let judged = rows.into_iter().map(|row| (row, Verdict::Judged(Change::Replace(new.to_vec()))));
    Stride::new(from, judged.collect())
}

async fn made(store: &dyn RowStore, stride: &Stride) -> Progress {
    match store.advance(&walk(), stride).await.expect("the store writes") {
        Advance::Made(progress) => progress,
        Advance::Overtaken(progress) => panic!("nobody else walks, and the store is at {progress:?}"),
    }
}
