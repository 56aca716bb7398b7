//! Whether those who are signed in notice a flood of logins.

use super::Plan;
use crate::Failure;
use crate::http::{Flood, Latency, Request, credential};
use crate::measure::Medians;
use crate::row::{Row, Unit};
use std::time::{Duration, Instant};
use stockade_testkit::Service;

/// How many times as many logins as the server can hash.
const OVERLOAD: f64 = 4.0;

/// The 99th percentile of `GET /v1/auth/me`, idle and while logins come in at four times the rate at which they can be hashed. Idle
/// and flooded samples are taken in turn.
pub(super) fn p99(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let server = Service::launch(std::env::current_exe()?).arg("serve-accounts").start()?;
    let login = Request::post(
        "/v1/auth/login",
        r#"{"email":"nobody@example.org","password":"not the right passphrase"}"#,
    );
    let me = Latency::of(Request::get_any("/v1/auth/me", &credential(&server)?), server.addr());
    let capacity = capacity(&login, &server)?;
    let flood = Flood { server: server.addr(), request: login, rate: capacity * OVERLOAD };
    let runs = plan.runs(Plan::MIN_RUNS);
    let (mut idle, mut flooded) = (Vec::new(), Vec::new());
    me.p99()?;
    for _ in 0..runs {
        idle.push(me.p99()?);
        flooded.push(flood.during(|| me.p99())?);
        // What is still queued is not idle.
        std::thread::sleep(Duration::from_secs(2));
    }
    let medians = Medians::of(flooded, idle)?;
    Ok(Row::new(id, medians, "p99 of GET /v1/auth/me, idle", Unit::Millis, runs))
}

/// Logins per second, as fast as a few clients are answered.
fn capacity(login: &Request, server: &Service) -> Result<f64, Failure> {
    const COUNT: u32 = 60;
    let start = Instant::now();
    Flood::burst(server.addr(), login, COUNT, 4)?;
    Ok(f64::from(COUNT) / start.elapsed().as_secs_f64())
}
