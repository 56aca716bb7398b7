//! Two things timed in turn, in one run, so that whatever else the machine does falls on both.

use crate::Failure;
use rustix::time::{ClockId, Timespec, clock_gettime};

/// Which time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// The CPU time of the measuring thread: for work that is done there and nowhere else. Other processes hardly disturb it.
    Cpu,
    /// The CPU time of all threads of this process: for work that is handed on.
    ProcessCpu,
    /// The time that a caller waits.
    Wall,
}

impl Time {
    /// Seconds since a point that is fixed for each thread.
    fn now(self) -> f64 {
        let Timespec { tv_sec, tv_nsec } = clock_gettime(match self {
            Self::Cpu => ClockId::ThreadCPUTime,
            Self::ProcessCpu => ClockId::ProcessCPUTime,
            Self::Wall => ClockId::Monotonic,
        });
        tv_sec as f64 + tv_nsec as f64 / 1e9
    }

    /// How many seconds `work` takes by this clock.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn of(self, work: impl FnOnce() -> Result<(), Failure>) -> Result<f64, Failure> {
        let start = self.now();
        work()?;
        Ok(self.now() - start)
    }
}

/// The medians of two samples that were taken in turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Medians {
    /// Of the first.
    pub ours: f64,
    /// Of the second.
    pub peer: f64,
}

impl Medians {
    /// Of these samples.
    ///
    /// # Errors
    /// There is none.
    pub fn of(ours: Vec<f64>, peer: Vec<f64>) -> Result<Self, Failure> {
        Ok(Self { ours: median(ours)?, peer: median(peer)? })
    }
}

/// Takes `runs` samples of each in turn, after one of each that does not count. Who comes first changes from run to run, so
/// that a drift (heat, a growing log) favours nobody.
///
/// # Errors
/// Those of `ours` and `peer`; or no run was asked for.
pub fn in_turn(
    runs: usize,
    mut ours: impl FnMut() -> Result<f64, Failure>,
    mut peer: impl FnMut() -> Result<f64, Failure>,
) -> Result<Medians, Failure> {
    let (mut of_ours, mut of_peer) = (Vec::with_capacity(runs), Vec::with_capacity(runs));
    ours()?;
    peer()?;
    for run in 0..runs {
        if run % 2 == 0 {
            of_ours.push(ours()?);
            of_peer.push(peer()?);
        } else {
            of_peer.push(peer()?);
            of_ours.push(ours()?);
        }
    }
    Medians::of(of_ours, of_peer)
}

fn median(mut sample: Vec<f64>) -> Result<f64, Failure> {
    sample.sort_by(f64::total_cmp);
    let upper = sample.get(sample.len() / 2).ok_or("no runs, no median")?;
    let lower = sample.get(sample.len().saturating_sub(1) / 2).ok_or("no runs, no median")?;
    Ok(f64::midpoint(*lower, *upper))
}

/// How often `work` has to be done for a batch to last long enough that reading the clock does not show: `seconds` of wall time.
///
/// # Errors
/// Those of `work`.
pub fn batch_size(seconds: f64, mut work: impl FnMut() -> Result<(), Failure>) -> Result<u32, Failure> {
    let mut size = 1_u32;
    loop {
        let taken = Time::Wall.of(|| (0..size).try_for_each(|_| work()))?;
        if taken >= seconds / 4.0 || size >= 1 << 24 {
            let wanted = f64::from(size) * seconds / taken.max(1e-9);
            return Ok(wanted.clamp(1.0, f64::from(1 << 26)) as u32);
        }
        size = size.saturating_mul(4);
    }
}

/// Microseconds of `time` that one of `size` repetitions of `work` takes.
///
/// # Errors
/// Those of `work`.
pub fn micros_each(
    time: Time,
    size: u32,
    mut work: impl FnMut() -> Result<(), Failure>,
) -> Result<f64, Failure> {
    Ok(time.of(|| (0..size).try_for_each(|_| work()))? * 1e6 / f64::from(size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_two_middles() {
        assert_eq!(median(vec![9.0, 1.0, 5.0]).unwrap(), 5.0);
        assert_eq!(median(vec![9.0, 1.0, 5.0, 7.0]).unwrap(), 6.0);
        assert!(median(vec![]).is_err());
    }

    #[test]
    fn samples_are_taken_in_turn_and_the_first_of_each_does_not_count() {
        let order = std::cell::RefCell::new(String::new());
        let sample = |name: char| {
            order.borrow_mut().push(name);
            Ok(if order.borrow().len() <= 2 { 1e9 } else { f64::from(name as u32) })
        };
        let medians = in_turn(3, || sample('a'), || sample('b')).unwrap();
        assert_eq!(order.into_inner(), "ababbaab");
        assert_eq!(medians, Medians { ours: 97.0, peer: 98.0 });
    }

    #[test]
    fn waiting_costs_wall_time_and_no_cpu_time() {
        let wait = || {
            std::thread::sleep(std::time::Duration::from_millis(50));
            Ok(())
        };
        assert!(Time::Wall.of(wait).unwrap() >= 0.05);
        assert!(Time::Cpu.of(wait).unwrap() < 0.05);
    }
}
