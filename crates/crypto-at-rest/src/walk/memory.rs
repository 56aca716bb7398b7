//! A table in memory.

use super::{Advance, BatchLimit, Cell, Progress, Replaced, Row, RowKey, RowStore, Stride, WalkName};
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};
use stockade_core::StoreError;

/// A table in memory, for tests and simulations.
#[derive(Debug, Default)]
pub struct MemoryRowStore {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    rows: BTreeMap<RowKey, (Option<String>, Vec<Cell>)>,
    walks: HashMap<WalkName, Progress>,
}

impl MemoryRowStore {
    /// Writes a row, as the application does, over one of the same key.
    pub fn write(&self, row: Row) {
        self.lock().rows.insert(row.key, (row.tenant, row.cells));
    }

    /// Removes a row, if it is there, as the application does.
    pub fn remove(&self, key: &RowKey) {
        self.lock().rows.remove(key);
    }

    /// Every row, in the order of the keys.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        self.lock().rows.iter().map(row).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn row((key, (tenant, cells)): (&RowKey, &(Option<String>, Vec<Cell>))) -> Row {
    Row { key: key.clone(), tenant: tenant.clone(), cells: cells.clone() }
}

#[async_trait::async_trait]
impl RowStore for MemoryRowStore {
    async fn progress(&self, walk: &WalkName) -> Result<Progress, StoreError> {
        Ok(self.lock().walks.get(walk).cloned().unwrap_or_default())
    }

    async fn batch(&self, after: Option<&RowKey>, limit: BatchLimit) -> Result<Vec<Row>, StoreError> {
        let inner = self.lock();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut bytes = 0_usize;
        let rows = inner.rows.range::<RowKey, _>((from, Bound::Unbounded)).map(row).take(limit.rows);
        Ok(rows
            .enumerate()
            .take_while(|(n, row)| limit.admits(*n, &mut bytes, row))
            .map(|(_, row)| row)
            .collect())
    }

    async fn advance(&self, walk: &WalkName, stride: &Stride) -> Result<Advance, StoreError> {
        let mut inner = self.lock();
        let now = inner.walks.get(walk).cloned().unwrap_or_default();
        if now != *stride.from() {
            return Ok(Advance::Overtaken(now));
        }
        let mut outcomes = Vec::new();
        for replacement in stride.replacements() {
            outcomes.push(match inner.rows.get_mut(replacement.key) {
                Some((_, cells)) if cells == replacement.old => {
                    *cells = replacement.new.to_vec();
                    Replaced::Done
                }
                _ => Replaced::Changed,
            });
        }
        let landing = stride.landing(&outcomes);
        inner.walks.insert(walk.clone(), landing.clone());
        Ok(Advance::Made(landing))
    }

    async fn forget(&self, walk: &WalkName) -> Result<(), StoreError> {
        self.lock().walks.remove(walk);
        Ok(())
    }
}
