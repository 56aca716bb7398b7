//! What a reader gets.

use crate::{Cursor, Sequence};
use stockade_core::Event;

/// A stored event with its place in the log.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Record {
    /// Its place.
    pub sequence: Sequence,
    /// What happened.
    pub event: Event,
}

/// Some records, newest first, and where to go on.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Page {
    /// At most as many as the query's limit.
    pub records: Vec<Record>,
    /// The way to older records; `None` if there are none that match.
    pub next: Option<Cursor>,
}

impl Page {
    /// The page made of the `found` records, newest first, of which a store looks up one more than `limit`: the surplus record
    /// tells that there is a next page, and is left for it.
    #[must_use]
    pub fn of(mut found: Vec<Record>, limit: usize) -> Self {
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|record| Cursor::before(record.sequence));
        Self { records: found, next }
    }
}
