//! governor's keyed limiter, timed on demand: a line with a number of decisions comes in, a line with the nanoseconds of CPU
//! time that one took goes out. So `compare` can interleave it with its own.

use crate::Failure;
use governor::clock::DefaultClock;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;

type Keyed = RateLimiter<IpAddr, DefaultKeyedStateStore<IpAddr>, DefaultClock>;

/// As many as `compare` uses, so that both tables are as warm.
const CLIENTS: u32 = 1_000;

pub(crate) fn run() -> Result<(), Failure> {
    let limiter: Keyed = RateLimiter::keyed(Quota::per_second(NonZeroU32::new(1_000_000).ok_or("zero")?));
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lines() {
        writeln!(out, "{}", nanos_each(&limiter, line?.trim().parse()?)?)?;
        out.flush()?;
    }
    Ok(())
}

fn nanos_each(limiter: &Keyed, decisions: u32) -> Result<f64, Failure> {
    let start = cpu_nanos();
    for i in 0..decisions {
        let client = IpAddr::V4(Ipv4Addr::from_bits(0xcb00_0000 + i % CLIENTS));
        black_box(limiter.check_key(&client)).map_err(|_| "a decision refused: the quota is too low")?;
    }
    Ok((cpu_nanos() - start) as f64 / f64::from(decisions))
}

fn cpu_nanos() -> i64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}
