//! What the wall costs a request.

use super::Plan;
use crate::Failure;
use crate::http::{self, Load, STORED, credential};
use crate::measure::{Medians, Time, in_turn};
use crate::rig::{HttpStack, PATH, open_sqlite};
use crate::row::{Row, Unit};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use std::net::{Ipv4Addr, SocketAddr};
use stockade_testkit::Service;
use tokio::runtime::Runtime;
use tower::Service as _;

/// Requests in a batch: fewer than the audit queue has places, so that none is refused while the batch is timed.
const BATCH: u32 = 4_000;

const BARE: &str = "the bare axum handler";

pub(super) fn overhead(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let runs = plan.runs(31);
    let medians = with_and_without(Time::Cpu, runs)?;
    Ok(Row::new(id, medians, BARE, Unit::Micros, runs))
}

/// The same with everything that happens later on other threads: the events are encoded and stored.
pub(super) fn cpu(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let runs = plan.runs(31);
    let medians = with_and_without(Time::ProcessCpu, runs)?;
    Ok(Row::new(id, medians, BARE, Unit::Micros, runs))
}

fn with_and_without(time: Time, runs: usize) -> Result<Medians, Failure> {
    let folder = tempfile::tempdir()?;
    let elsewhere = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let stack = elsewhere.block_on(async { HttpStack::over(open_sqlite(folder.path()).await?).await })?;
    let here = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let token = stack.access_token.expose();
    let flush = || Ok::<_, Failure>(elsewhere.block_on(stack.queue.flush())?);
    let sample = |router: &Router| {
        let mut router = router.clone();
        let seconds = time.of(|| {
            batch(&here, &mut router, token)?;
            // Storing the events is part of the work where all threads count, and must not wait for the next batch elsewhere.
            if time == Time::ProcessCpu { flush() } else { Ok(()) }
        })?;
        flush()?;
        Ok(seconds * 1e6 / f64::from(BATCH))
    };
    in_turn(runs, || sample(&stack.protected), || sample(&stack.bare))
}

fn batch(runtime: &Runtime, router: &mut Router, token: &str) -> Result<(), Failure> {
    let peer = ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 4711)));
    let bearer = format!("Bearer {token}");
    runtime.block_on(async {
        for _ in 0..BATCH {
            let request = Request::get(PATH)
                .header(AUTHORIZATION, &bearer)
                .header(USER_AGENT, "compare/1")
                .extension(peer)
                .body(Body::empty())?;
            let response = router.call(request).await?;
            if !response.status().is_success() {
                return Err(format!("a request was answered with {}", response.status()).into());
            }
        }
        Ok(())
    })
}

pub(super) fn incumbents(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let (our_folder, their_folder) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let ours = Service::launch(std::env::current_exe()?).arg("serve").arg(our_folder.path()).start()?;
    let theirs = plan.peers()?.server(their_folder.path()).start()?;
    let load = |server: &Service| {
        let request = http::Request::get(PATH, &credential(server)?, b"hello");
        Ok::<_, Failure>(Load::of(request, server.addr()))
    };
    let (mut on_ours, on_theirs) = (load(&ours)?, load(&theirs)?);
    // What the audit queue still holds when the load ends is work that our requests caused.
    on_ours.at_the_end = Some(http::Request::get(STORED, "accept: */*", b"stored"));
    let runs = plan.runs(Plan::MIN_RUNS);
    let medians = in_turn(runs, || on_ours.run(), || on_theirs.run())?;
    let peer = "axum-login + tower-sessions (SQLite) + tower_governor";
    Ok(Row::new(id, medians, peer, Unit::RequestsPerSecond, runs))
}
