//! A bounded set of byte ranges.

use super::Segment;
use serde::Serialize;

/// How many ranges are told apart.
pub const MAX_RANGES: usize = 1024;

/// Byte ranges of a file: sorted, merged where they touch, never more than [`MAX_RANGES`]. Where there would be more, the two
/// that are nearest become one with what is between them, and [`is_coarse`](Self::is_coarse) says that more is named than was
/// meant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Ranges {
    segments: Vec<Segment>,
    coarse: bool,
}

impl Ranges {
    /// In ascending order, none touching the next.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Whether bytes between ranges were included to stay within [`MAX_RANGES`].
    #[must_use]
    pub const fn is_coarse(&self) -> bool {
        self.coarse
    }

    /// How many bytes they cover.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.segments.iter().fold(0, |sum, segment| sum.saturating_add(segment.len()))
    }

    /// Adds a range.
    pub(crate) fn add(&mut self, new: Segment) {
        if new.is_empty() {
            return;
        }
        let first = self.segments.partition_point(|segment| segment.end < new.start);
        let behind = self.segments.partition_point(|segment| segment.start <= new.end);
        let met = self.segments.get(first..behind).unwrap_or_default();
        let start = met.first().map_or(new.start, |segment| segment.start.min(new.start));
        let end = met.last().map_or(new.end, |segment| segment.end.max(new.end));
        self.segments.splice(first..behind.max(first), [Segment::new(start, end)]);
        if self.segments.len() > MAX_RANGES {
            self.join_nearest();
        }
    }

    /// Adds all of another set.
    pub(crate) fn add_all(&mut self, others: &Self) {
        self.coarse |= others.coarse;
        for segment in &others.segments {
            self.add(*segment);
        }
    }

    fn join_nearest(&mut self) {
        let pairs = self.segments.iter().zip(self.segments.iter().skip(1)).enumerate();
        let Some((at, end)) = pairs
            .min_by_key(|(_, (left, right))| right.start.saturating_sub(left.end))
            .map(|(at, (_, right))| (at, right.end))
        else {
            return;
        };
        if let Some(left) = self.segments.get_mut(at) {
            left.end = end;
            self.segments.remove(at + 1);
            self.coarse = true;
        }
    }
}
