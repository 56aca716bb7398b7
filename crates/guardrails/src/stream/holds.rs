use std::collections::VecDeque;

/// Places from which on text is held, each until the text is known up to some other place.
///
/// Of two where one starts earlier and ends later, that one says all. What is left has rising starts with rising ends, so that the first is
/// the answer, and each comes and goes once.
#[derive(Debug, Default)]
pub(super) struct Holds(VecDeque<(usize, u32)>);

impl Holds {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Holds what stands from `start` on until the text is known up to `until`.
    pub(super) fn add(&mut self, start: usize, until: u32) {
        let place = self.0.partition_point(|(_, other)| *other < until);
        if self.0.get(place).is_some_and(|(other, _)| *other <= start) {
            return;
        }
        let from = self.0.partition_point(|(other, _)| *other < start).min(place);
        self.0.drain(from..place);
        self.0.insert(from, (start, until));
    }

    /// The text is known up to `now`: gives up what is held for less.
    pub(super) fn settle(&mut self, now: u32) {
        while self.0.front().is_some_and(|(_, until)| *until < now) {
            self.0.pop_front();
        }
    }

    /// The first place that is held.
    pub(super) fn first(&self) -> usize {
        self.0.front().map_or(usize::MAX, |(start, _)| *start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_hold_what_a_plain_list_holds(steps in prop::collection::vec((0_usize..40, 0_u32..40, 0_u32..4), 0..60)) {
            let (mut holds, mut list, mut now) = (Holds::default(), Vec::new(), 0);
            for (start, until, on) in steps {
                now += on;
                holds.add(start, until);
                list.push((start, until));
                holds.settle(now);
                list.retain(|(_, until)| *until >= now);
                prop_assert_eq!(holds.first(), list.iter().map(|(start, _)| *start).min().unwrap_or(usize::MAX));
                prop_assert_eq!(holds.is_empty(), list.is_empty());
            }
        }
    }
}
