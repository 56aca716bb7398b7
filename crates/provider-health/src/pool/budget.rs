//! How many retries the upstreams are put to, over all requests together.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A token bucket: a first attempt pays in a share of a token, a retry takes out a whole one.
///
/// Of `n` first attempts at most `n × share + reserve` retries follow, whatever fails and whoever asks. It is counted in
/// hundredths, so that nothing is rounded.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    hundredths: AtomicU64,
    share: u64,
    most: u64,
}

/// Whether a retry may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Withdrawal {
    Granted,
    Spent,
}

impl RetryBudget {
    pub(crate) fn new(percent: u8, reserve: u16) -> Self {
        let most = u64::from(reserve) * 100;
        Self { hundredths: AtomicU64::new(most), share: u64::from(percent), most }
    }

    pub(crate) fn deposit(&self) {
        // The common case, a full bucket, is one load.
        if self.hundredths.load(Relaxed) < self.most {
            let paid_in = |held: u64| Some((held + self.share).min(self.most));
            let _ = self.hundredths.fetch_update(Relaxed, Relaxed, paid_in);
        }
    }

    pub(crate) fn withdraw(&self) -> Withdrawal {
        self.withdraw_down_to(0)
    }

    /// The same for a request that is likely the cause of its failures: half of the reserve is for those of others.
    pub(crate) fn withdraw_modestly(&self) -> Withdrawal {
        self.withdraw_down_to(self.most / 2)
    }

    fn withdraw_down_to(&self, least: u64) -> Withdrawal {
        let pay = |held: u64| held.checked_sub(100).filter(|left| *left >= least);
        match self.hundredths.fetch_update(Relaxed, Relaxed, pay) {
            Ok(_) => Withdrawal::Granted,
            Err(_) => Withdrawal::Spent,
        }
    }

    /// Gives back what was withdrawn for a retry that nobody could take.
    pub(crate) fn refund(&self) {
        let _ = self.hundredths.fetch_update(Relaxed, Relaxed, |held| Some((held + 100).min(self.most)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amplification_is_the_share_and_the_reserve_is_spent_once() {
        let budget = RetryBudget::new(20, 100);
        let mut retries = 0;
        for _ in 0..100_000 {
            budget.deposit();
            retries += u32::from(budget.withdraw() == Withdrawal::Granted);
        }
        assert!((20_000..=20_100).contains(&retries), "{retries}");
    }

    #[test]
    fn asvs_v15_4_2_race_for_the_last_token_has_one_winner() {
        for _ in 0..200 {
            let budget = RetryBudget::new(0, 1);
            let granted = std::thread::scope(|scope| {
                let callers: Vec<_> = (0..8).map(|_| scope.spawn(|| budget.withdraw())).collect();
                callers.into_iter().map(|c| c.join().unwrap()).filter(|w| *w == Withdrawal::Granted).count()
            });
            assert_eq!(granted, 1);
        }
    }

    #[test]
    fn savings_stop_at_the_reserve() {
        let budget = RetryBudget::new(100, 2);
        (0..1000).for_each(|_| budget.deposit());
        let granted = (0..10).filter(|_| budget.withdraw() == Withdrawal::Granted).count();
        assert_eq!(granted, 2);
    }
}
