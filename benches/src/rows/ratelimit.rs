//! One decision about one address, of a thousand that are known.

use super::Plan;
use crate::Failure;
use crate::measure::{Time, batch_size, in_turn, micros_each};
use crate::row::{Row, Unit};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::SystemClock;
use stockade_ratelimit::{Charge, Key, LocalLimiter, MemoryLimiter, Quota, Verdict};

/// As many as `benches/peers` uses, so that both tables are as warm.
const CLIENTS: u32 = 1_000;

const PLENTY: Quota = Quota::literal(1_000_000, Duration::from_secs(1));

pub(super) fn decide(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), Arc::new(SystemClock::new()));
    let mut turn = 0_u32;
    let mut ours = || {
        let client = IpAddr::V4(Ipv4Addr::from_bits(0xcb00_0000 + turn % CLIENTS));
        turn = turn.wrapping_add(1);
        match limiter.decide(&[Charge::one(Key::ip("http.ip", client), PLENTY)]) {
            Verdict::Allowed { .. } => Ok(()),
            refused => Err(format!("a decision refused: {refused:?}").into()),
        }
    };
    let mut peer = plan.peers()?.limiter()?;
    let runs = plan.runs(31);
    let size = batch_size(0.02, &mut ours)?;
    let medians = in_turn(runs, || micros_each(Time::Cpu, size, &mut ours), || peer.micros_each(size))?;
    Ok(Row::new(id, medians, "governor, keyed", Unit::Micros, runs))
}
