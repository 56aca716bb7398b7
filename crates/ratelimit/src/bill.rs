//! The pure middle of limiters that keep their budgets in a store.

use crate::verdict::Tally;
use crate::{Charge, Key, Verdict};
use std::time::Duration;

/// The charges of one call, by key. A store loads what each of [`keys`](Self::keys) owes, asks [`settle`](Self::settle), and
/// keeps the debts that it gives back, all in one transaction.
#[derive(Debug)]
pub struct Bill<'a> {
    keys: Vec<(&'a Key, Vec<&'a Charge>)>,
}

/// What came of [`Bill::settle`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Settlement {
    /// What to answer.
    pub verdict: Verdict,
    /// How long each key is in debt from now on, in the order of [`Bill::keys`]. Nothing is to be kept, and this is empty, unless
    /// the verdict is [`Verdict::Allowed`].
    pub debts: Vec<Duration>,
}

impl<'a> Bill<'a> {
    /// The bill for `charges`.
    #[must_use]
    pub fn of(charges: &'a [Charge]) -> Self {
        let mut keys: Vec<(&Key, Vec<&Charge>)> = Vec::with_capacity(charges.len());
        for charge in charges {
            match keys.iter_mut().find(|(key, _)| **key == charge.key) {
                Some((_, of_key)) => of_key.push(charge),
                None => keys.push((&charge.key, vec![charge])),
            }
        }
        Self { keys }
    }

    /// The keys that are charged, each once.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &'a Key> + '_ {
        self.keys.iter().map(|(key, _)| *key)
    }

    /// Each key with all that it is charged.
    pub fn charges(&self) -> impl ExactSizeIterator<Item = (&'a Key, &[&'a Charge])> + '_ {
        self.keys.iter().map(|(key, charges)| (*key, &charges[..]))
    }

    /// The verdict, where each key is in debt already for as long as `owed` says, in the order of [`keys`](Self::keys). A key
    /// about which it says nothing counts as being in debt for ever.
    pub fn settle(&self, owed: &[Duration]) -> Settlement {
        let mut tally = Tally::new();
        let mut debts = Vec::with_capacity(self.keys.len());
        for (index, (key, charges)) in self.keys.iter().enumerate() {
            let backlog = owed.get(index).map_or(u64::MAX, |owed| nanos(*owed));
            let mut sum = 0_u64;
            for charge in charges {
                sum = sum.saturating_add(charge.quota.price(charge.cost));
                tally.weigh(key.scope(), charge.quota, backlog, sum);
            }
            debts.push(Duration::from_nanos(backlog.saturating_add(sum)));
        }
        let verdict = tally.verdict();
        if !matches!(verdict, Verdict::Allowed { .. }) {
            debts.clear();
        }
        Settlement { verdict, debts }
    }
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemoryLimiter, Quota};
    use proptest::prelude::*;
    use std::collections::HashMap;
    use std::num::NonZeroU32;

    const SECOND: Duration = Duration::from_secs(1);

    fn charge(key: &str, count: u32) -> Charge {
        Charge::one(Key::text("t", key), Quota::literal(count, SECOND * count))
    }

    #[test]
    fn a_refused_bill_leaves_nothing_to_keep() {
        let charges = [charge("a", 3), charge("b", 1), charge("a", 3)];
        let bill = Bill::of(&charges);
        assert_eq!(bill.keys().len(), 2);
        let settled = bill.settle(&[Duration::ZERO, Duration::ZERO]);
        assert_eq!(settled.debts, [2 * SECOND, SECOND]);
        let refused = bill.settle(&[SECOND, SECOND]);
        assert_eq!(refused.verdict, Verdict::Denied { retry_after: SECOND, limit: "t" });
        assert_eq!(refused.debts, []);
    }

    #[test]
    fn a_key_that_the_store_forgot_to_load_is_refused() {
        let charges = [charge("a", 3), charge("b", 3)];
        assert!(matches!(Bill::of(&charges).settle(&[Duration::ZERO]).verdict, Verdict::Denied { .. }));
    }

    proptest! {
        #[test]
        fn every_verdict_is_that_of_the_memory_limiter(
            calls in prop::collection::vec(
                (0_u64..4_000, prop::collection::vec((0_usize..3, 1_u32..4), 0..5)),
                1..60,
            ),
        ) {
            let memory = MemoryLimiter::with_capacity(16);
            let mut store: HashMap<Key, Duration> = HashMap::new();
            let mut now = Duration::ZERO;
            for (pause, asked) in calls {
                now += Duration::from_millis(pause);
                let charges: Vec<Charge> = asked
                    .iter()
                    .map(|&(key, cost)| {
                        charge(["a", "b", "c"][key], [1, 3, 5][key]).costing(NonZeroU32::new(cost).unwrap())
                    })
                    .collect();
                let bill = Bill::of(&charges);
                let owed: Vec<_> = bill
                    .keys()
                    .map(|key| store.get(key).map_or(Duration::ZERO, |at| at.saturating_sub(now)))
                    .collect();
                let settled = bill.settle(&owed);
                store.extend(bill.keys().cloned().zip(settled.debts.iter().map(|debt| now + *debt)));
                prop_assert_eq!(settled.verdict, memory.decide(&charges, now));
            }
        }
    }
}
