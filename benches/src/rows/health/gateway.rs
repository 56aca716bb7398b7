//! What a gateway adds to a call of its upstream.

use crate::Failure;
use crate::http::{COMPLETIONS, Latency, Request};
use crate::measure::in_turn;
use crate::row::{Row, Unit};
use crate::rows::Plan;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use stockade_testkit::Service;

/// Requests in a sample, and the most samples: together fewer than the gateway lets one client ask in a minute.
const REQUESTS: usize = 400;
const MOST_RUNS: usize = 13;

const BODY: &str = r#"{"model":"m","messages":[{"role":"user","content":"hello"}]}"#;

/// How long the gateway may take to make its accounts.
const PATIENCE: Duration = Duration::from_secs(60);

pub(in crate::rows) fn adds(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let upstream = Service::launch(std::env::current_exe()?).arg("serve-upstream").start()?;
    let folder = tempfile::tempdir()?;
    let gateway = Service::launch(build()?)
        .args(["--listen", "127.0.0.1:0", "--guard", "none", "--upstream"])
        .arg(format!("only={}", upstream.url("")))
        .arg("--data")
        .arg(folder.path().join("data"))
        .env("SEED_DEMO_ACCOUNTS", "1")
        .start()?;
    let bearer = format!("authorization: Bearer {}", sign_in(&gateway)?);
    let through = Latency::of(Request::post_with(COMPLETIONS, &bearer, BODY), gateway.addr());
    let direct = Latency::of(Request::post(COMPLETIONS, BODY), upstream.addr());
    let runs = plan.runs(MOST_RUNS).min(MOST_RUNS);
    let medians = in_turn(runs, || through.p50_micros(REQUESTS), || direct.p50_micros(REQUESTS))?;
    Ok(Row::new(id, medians, "the upstream, asked directly", Unit::Micros, runs))
}

/// The gateway's binary, beside this one.
fn build() -> Result<PathBuf, Failure> {
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(2).ok_or("no target folder")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--locked", "-p", "gateway", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .status()?;
    if !status.success() {
        return Err("the gateway does not build".into());
    }
    Ok(target.join("release").join(format!("gateway{}", std::env::consts::EXE_SUFFIX)))
}

/// The access token of the demo account that may ask.
fn sign_in(gateway: &Service) -> Result<String, Failure> {
    const EMAIL: &str = "user@gateway.example";
    let start = Instant::now();
    let password = loop {
        let said = gateway.stdout();
        let whole = said.rfind('\n').map_or("", |end| &said[..end]);
        if let Some(rest) = whole.lines().find_map(|line| line.trim().strip_prefix(EMAIL)) {
            break rest.trim().to_owned();
        }
        if start.elapsed() > PATIENCE {
            return Err("the gateway makes no accounts".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let json = serde_json::json!({"email": EMAIL, "password": password}).to_string();
    let mut stream = TcpStream::connect(gateway.addr())?;
    write!(
        stream,
        "POST /v1/auth/login HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{json}",
        json.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").ok_or("no answer to the login")?;
    let body: serde_json::Value = serde_json::from_str(body)?;
    Ok(body["access_token"].as_str().ok_or("a login without a token")?.to_owned())
}
