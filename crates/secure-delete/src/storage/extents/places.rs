//! Two maps of one file that others go on writing to, such as an image behind a loop device: it may get new blocks meanwhile, but
//! none may move.

use super::{Extent, Extents, Likeness};

/// Whether what both maps know lies in the same places. `Unknown` where one of them is not whole.
pub(in crate::storage) fn compare(before: &Extents, later: &Extents) -> Likeness {
    if before.lies_like(later) == Likeness::Same {
        return Likeness::Same;
    }
    let whole = |map: &Extents| map.complete && map.first.len() as u64 == map.count;
    match (whole(before) && whole(later), moved(&before.first, &later.first)) {
        (true, true) => Likeness::Moved,
        (true, false) => Likeness::Same,
        (false, _) => Likeness::Unknown,
    }
}

/// Whether any byte that both know lies elsewhere. Both ascend by their place in the file.
fn moved(before: &[Extent], later: &[Extent]) -> bool {
    let (mut left, mut right) = (before.iter().peekable(), later.iter().peekable());
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        let ends = [one, other].map(|extent| extent.logical.saturating_add(extent.length));
        let overlap = one.logical.max(other.logical) < ends[0].min(ends[1]);
        // The file system has not chosen a place yet.
        let placed = one.physical != 0 && other.physical != 0;
        let distance = |extent: &Extent| extent.physical.wrapping_sub(extent.logical);
        if overlap && placed && distance(one) != distance(other) {
            return true;
        }
        if ends[0] <= ends[1] {
            left.next();
        } else {
            right.next();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(extents: &[(u64, u64, u64)]) -> Vec<Extent> {
        let extent = |&(logical, physical, length)| Extent { logical, physical, length };
        extents.iter().map(extent).collect()
    }

    #[test]
    fn an_image_that_grows_has_not_moved_and_one_byte_elsewhere_has() {
        let before = of(&[(0, 1000, 100), (300, 2000, 100)]);
        assert!(!moved(&before, &before));
        assert!(!moved(&before, &of(&[(0, 1000, 150), (200, 1900, 300)])), "more than before");
        assert!(!moved(&before, &of(&[(0, 1000, 50)])), "given back, not moved");
        assert!(!moved(&before, &of(&[(0, 1000, 100), (300, 0, 100)])), "no place yet");
        assert!(moved(&before, &of(&[(0, 1000, 50), (50, 7000, 50), (300, 2000, 100)])));
        assert!(moved(&before, &of(&[(0, 1000, 100), (399, 2100, 1)])));
        assert!(!moved(&before, &[]));
    }
}
