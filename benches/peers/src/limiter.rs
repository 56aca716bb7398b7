//! governor's keyed limiter.

use crate::Failure;
use crate::asked::answer;
use governor::clock::DefaultClock;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;

type Keyed = RateLimiter<IpAddr, DefaultKeyedStateStore<IpAddr>, DefaultClock>;

/// As many as `compare` uses, so that both tables are as warm.
const CLIENTS: u32 = 1_000;

pub(crate) fn run() -> Result<(), Failure> {
    let limiter: Keyed = RateLimiter::keyed(Quota::per_second(NonZeroU32::new(1_000_000).ok_or("zero")?));
    answer(|i| {
        let client = IpAddr::V4(Ipv4Addr::from_bits(0xcb00_0000 + i % CLIENTS));
        black_box(limiter.check_key(&client)).map_err(|_| "a decision refused: the quota is too low")?;
        Ok(())
    })
}
