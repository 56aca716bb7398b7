//! What the threads of a pass found.

use super::transfer::Part;
use super::{Ranges, Segment};
use std::io;

#[derive(Default)]
pub(super) struct Tally {
    /// Bytes moved.
    pub(super) bytes: u64,
    /// The end of what was moved.
    pub(super) high: u64,
    /// What could not be moved.
    pub(super) failed: Ranges,
    /// What was read and is not what was written.
    pub(super) differs: Ranges,
    pub(super) first_error: Option<String>,
}

impl Tally {
    pub(super) fn add(&mut self, part: Part) {
        match part {
            Part::Moved(segment) => {
                self.bytes += segment.len();
                self.high = self.high.max(segment.end);
            }
            Part::Failed(segment, error) => self.fail(segment, &error),
        }
    }

    pub(super) fn fail(&mut self, segment: Segment, error: &io::Error) {
        self.failed.add(segment);
        self.first_error.get_or_insert_with(|| error.to_string());
    }

    pub(super) fn join(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.high = self.high.max(other.high);
        self.failed.add_all(&other.failed);
        self.differs.add_all(&other.differs);
        self.first_error = self.first_error.take().or(other.first_error);
    }
}
