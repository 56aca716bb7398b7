//! The place of an event in the log.

use std::fmt;
use std::num::NonZeroU64;
use stockade_core::StoreError;

/// An event's place in its log: the first is 1, each next one is one more, and none is missing.
///
/// A gap in a stored log therefore means that somebody took an event out. Numbers end at [`Sequence::MAX`], so that every
/// SQL store can hold them in a signed 64-bit column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Sequence(NonZeroU64);

impl Sequence {
    /// The place of the first event.
    pub const FIRST: Self = Self(NonZeroU64::MIN);

    /// The last place there is: 2⁶³ − 1.
    pub const MAX: u64 = i64::MAX.cast_unsigned();

    /// The place with this number; `None` for 0 and past [`MAX`](Self::MAX).
    #[must_use]
    pub fn new(number: u64) -> Option<Self> {
        NonZeroU64::new(number).filter(|number| number.get() <= Self::MAX).map(Self)
    }

    /// The number.
    #[must_use]
    pub fn as_u64(self) -> u64 {
        self.0.get()
    }

    /// The `count` places that follow `last`, or the first ones of an empty log.
    ///
    /// Every store numbers by this function, under the lock or in the transaction in which it read `last`.
    ///
    /// # Errors
    /// The log has no more places.
    pub fn following(last: Option<Self>, count: usize) -> Result<Vec<Self>, StoreError> {
        let last = last.map_or(0, Self::as_u64);
        let end = last.saturating_add(count as u64);
        if end > Self::MAX {
            return Err(StoreError::unavailable("the audit log has no more places"));
        }
        Ok((last + 1..=end).filter_map(Self::new).collect())
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbering_starts_at_one_and_leaves_no_gap() {
        let first = Sequence::following(None, 2).unwrap();
        assert_eq!(first, [Sequence::FIRST, Sequence::new(2).unwrap()]);
        assert_eq!(Sequence::following(first.last().copied(), 1).unwrap(), [Sequence::new(3).unwrap()]);
        assert!(Sequence::following(None, 0).unwrap().is_empty());
    }

    #[test]
    fn asvs_v1_4_2_numbering_stops_at_the_end_instead_of_wrapping() {
        let last = Sequence::new(Sequence::MAX);
        assert!(last.is_some());
        assert!(Sequence::following(last, 1).is_err());
        assert!(Sequence::following(None, usize::MAX).is_err());
        assert!(Sequence::following(last, 0).unwrap().is_empty());
        assert_eq!(Sequence::new(0), None);
        assert_eq!(Sequence::new(Sequence::MAX + 1), None);
    }
}
