//! One batch, judged: what a store is asked to write.

use super::{Cell, Change, Progress, Row, RowKey};

/// One batch, judged, on the way into a store: replacements, and where the walk stands when they are made.
///
/// A store carries out [`replacements`](Self::replacements) in order, if its progress still is [`from`](Self::from), and then saves
/// what [`landing`](Self::landing) says; all of it in one transaction.
#[derive(Debug)]
pub struct Stride {
    from: Progress,
    rows: Vec<(Row, Verdict)>,
}

/// What the judge said.
#[derive(Debug)]
pub(super) enum Verdict {
    Judged(Change),
    Failed,
}

/// One row to be replaced.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Replacement<'a> {
    /// Which row.
    pub key: &'a RowKey,
    /// What must stand in its cells, byte for byte and of the same kinds.
    pub old: &'a [Cell],
    /// What comes to stand there.
    pub new: &'a [Cell],
}

/// What became of a replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Replaced {
    /// It was made.
    Done,
    /// Something else stood there, or the row is gone. Nothing was written.
    Changed,
}

impl Stride {
    pub(super) fn new(from: Progress, rows: Vec<(Row, Verdict)>) -> Self {
        Self { from, rows }
    }

    /// Where the walk must stand.
    #[must_use]
    pub fn from(&self) -> &Progress {
        &self.from
    }

    /// The rows to replace, in the order of their keys.
    pub fn replacements(&self) -> impl Iterator<Item = Replacement<'_>> {
        self.rows.iter().filter_map(|(row, verdict)| match verdict {
            Verdict::Judged(Change::Replace(new)) => {
                Some(Replacement { key: &row.key, old: &row.cells, new })
            }
            _ => None,
        })
    }

    /// Where the walk stands once the replacements have ended as `outcomes` says, one for each in order: behind all rows before the
    /// first that had changed. A replacement without an outcome counts as changed. An empty batch is the end of the table.
    #[must_use]
    pub fn landing(&self, outcomes: &[Replaced]) -> Progress {
        let mut progress = self.from.clone();
        progress.finished = self.rows.is_empty();
        let mut outcomes = outcomes.iter();
        let mut passing = true;
        for (row, verdict) in &self.rows {
            let replaced = match verdict {
                Verdict::Judged(Change::Replace(_)) => outcomes.next() == Some(&Replaced::Done),
                _ => false,
            };
            passing &= replaced || !matches!(verdict, Verdict::Judged(Change::Replace(_)));
            progress.replaced = progress.replaced.saturating_add(u64::from(replaced));
            if passing {
                progress.after = Some(row.key.clone());
                progress.rows = progress.rows.saturating_add(1);
                progress.failed =
                    progress.failed.saturating_add(u64::from(matches!(verdict, Verdict::Failed)));
            }
        }
        progress
    }
}
