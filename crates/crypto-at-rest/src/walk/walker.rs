//! The walk itself.

use super::stride::Verdict;
use super::{
    Advance, Change, InvalidWalkConfig, Progress, Row, RowKey, RowStore, Stride, WalkConfig, WalkName,
};
use std::collections::VecDeque;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Clock, StoreError};

/// How long to wait where the application is writing the very row that is to be replaced.
const CONTENDED: Duration = Duration::from_millis(10);

/// What a judge did wrong that gives another number of cells than it was shown.
const MISCOUNTED: &str = "the judge gave another number of cells";

/// Goes through a table, one batch a [`step`](Self::step). It has no task and no timer of its own, and may be dropped at any time:
/// another, here or in another process, goes on where it was.
#[derive(Debug)]
pub struct Walker {
    store: Arc<dyn RowStore>,
    clock: Arc<dyn Clock>,
    name: WalkName,
    config: WalkConfig,
    progress: Option<Progress>,
    /// Not before this reading of the monotonic clock.
    next: Duration,
    failures: VecDeque<Failure>,
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Step {
    /// A batch is dealt with. Call again.
    Advanced(Progress),
    /// Nothing was done: it is too early. Call again after this time.
    Pause(Duration),
    /// The walk is at its end, now or since long. The old key may go if nothing failed.
    Finished(Progress),
}

/// A row that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// Which row.
    pub key: RowKey,
    /// What the judge's error says, cut to [`Failure::MAX_REASON`] characters.
    pub reason: String,
}

impl Failure {
    /// The most characters of a reason.
    pub const MAX_REASON: usize = 256;
}

impl Walker {
    /// The most failures that are remembered; of more, the last.
    pub const MAX_FAILURES: usize = 100;

    /// The walk `name` over the table of `store`, from where it stands.
    ///
    /// # Errors
    /// A value of `config` is out of bounds.
    pub fn new(
        store: Arc<dyn RowStore>,
        clock: Arc<dyn Clock>,
        name: WalkName,
        config: WalkConfig,
    ) -> Result<Self, InvalidWalkConfig> {
        config.validate()?;
        let next = Duration::ZERO;
        Ok(Self { store, clock, name, config, progress: None, next, failures: VecDeque::new() })
    }

    /// Deals with one batch: reads it, asks `judge` about each row, and writes what is to be replaced.
    ///
    /// `judge` is pure as far as the table goes, and may be asked about a row again. An error of it leaves the row as it is; what it
    /// says goes to [`failures`](Self::failures), so it must not repeat what is in the cells.
    ///
    /// # Errors
    /// The store failed, and the batch is as if it had not been. Calling again is right.
    pub async fn step<E: Display>(
        &mut self,
        judge: &mut (dyn FnMut(&Row) -> Result<Change, E> + Send),
    ) -> Result<Step, StoreError> {
        let began = self.clock.monotonic();
        if began < self.next {
            return Ok(Step::Pause(self.next.saturating_sub(began)));
        }
        let from = match self.progress.take() {
            Some(progress) => progress,
            None => self.store.progress(&self.name).await?,
        };
        if from.finished {
            return Ok(Step::Finished(self.progress.insert(from).clone()));
        }
        let rows = self.store.batch(from.after.as_ref(), self.config.limit()).await?;
        let mut failures = Vec::new();
        let judged = rows.into_iter().map(|row| {
            let reason = match judge(&row) {
                Ok(Change::Replace(cells)) if cells.len() != row.cells.len() => MISCOUNTED.to_owned(),
                Ok(change) => return (row, Verdict::Judged(change)),
                Err(error) => error.to_string().chars().take(Failure::MAX_REASON).collect(),
            };
            failures.push(Failure { key: row.key.clone(), reason });
            (row, Verdict::Failed)
        });
        let stride = Stride::new(from, judged.collect());
        let advance = self.store.advance(&self.name, &stride).await?;
        Ok(self.arrive(began, stride.from(), advance, failures))
    }

    /// How far the walk has come, as this walker knows; `None` before its first step, and after an error.
    #[must_use]
    pub fn progress(&self) -> Option<&Progress> {
        self.progress.as_ref()
    }

    /// The rows that this walker could not judge, the last [`MAX_FAILURES`](Self::MAX_FAILURES) of them.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.failures.iter()
    }

    fn arrive(&mut self, began: Duration, from: &Progress, advance: Advance, failures: Vec<Failure>) -> Step {
        let (now, overtaken) = match advance {
            Advance::Made(progress) => (progress, false),
            Advance::Overtaken(progress) => (progress, true),
        };
        if !overtaken {
            let passed = |failure: &Failure| Some(&failure.key) <= now.after.as_ref();
            self.failures.extend(failures.into_iter().filter(passed));
            let surplus = self.failures.len().saturating_sub(Self::MAX_FAILURES);
            self.failures.drain(..surplus);
            let pace = self.config.time_for(now.rows.saturating_sub(from.rows));
            self.next = began.saturating_add(pace);
        }
        let stuck = now.after == from.after && !now.finished;
        let now = self.progress.insert(now).clone();
        match now {
            progress if progress.finished => Step::Finished(progress),
            _ if stuck => Step::Pause(CONTENDED),
            progress => Step::Advanced(progress),
        }
    }
}
