//! A set of members, in one word.

/// Indices from 0 to 63.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Mask(u64);

impl Mask {
    pub(crate) fn with(self, index: usize) -> Self {
        Self(self.0 | bit(index))
    }

    pub(crate) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn has(self, index: usize) -> bool {
        self.0 & bit(index) != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn len(self) -> u32 {
        // Not every processor counts bits in one step; and mostly nobody is missing.
        if self.is_unbroken() { self.0.trailing_ones() } else { self.0.count_ones() }
    }

    pub(crate) fn nth(self, n: u32) -> Option<usize> {
        if self.is_unbroken() {
            let index = n as usize;
            return self.has(index).then_some(index);
        }
        self.iter().nth(n as usize)
    }

    /// All from the first to some last one.
    fn is_unbroken(self) -> bool {
        self.0 & self.0.wrapping_add(1) == 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let index = rest.trailing_zeros() as usize;
            let found = (rest != 0).then_some(index);
            rest &= rest.wrapping_sub(1);
            found
        })
    }

    pub(crate) fn keep(self, holds: impl Fn(usize) -> bool) -> Self {
        self.iter().filter(|index| holds(*index)).fold(Self::default(), Self::with)
    }
}

fn bit(index: usize) -> u64 {
    u32::try_from(index).ok().and_then(|index| 1_u64.checked_shl(index)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_indices() {
        let set = [0, 5, 63, 64, usize::MAX].into_iter().fold(Mask::default(), Mask::with);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 5, 63]);
        assert_eq!((set.len(), set.nth(1), set.nth(3)), (3, Some(5), None));
        let unbroken = (0..5).fold(Mask::default(), Mask::with);
        assert_eq!((unbroken.len(), unbroken.nth(4), unbroken.nth(5)), (5, Some(4), None));
        let all = (0..64).fold(Mask::default(), Mask::with);
        assert_eq!((all.len(), all.nth(63), all.nth(64)), (64, Some(63), None));
        assert_eq!((Mask::default().len(), Mask::default().nth(0)), (0, None));
        assert_eq!(set.without(Mask::default().with(5)).len(), 2);
        assert_eq!(set.keep(|index| index > 4).len(), 2);
        assert!(Mask::default().is_empty() && Mask::default().nth(0).is_none());
    }
}
