//! A service that is killed while it is guessed at, again and again.

use crate::support::Files;
use crate::{CODES, code_of, passes};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use stockade_core::SystemClock;
use stockade_sqlite::Sqlite;

/// Where the child finds its file.
const PATH: &str = "STOCKADE_TEST_LIMITS";
const KILLS: usize = 8;

#[tokio::test]
#[ignore = "the process that `asvs_v6_6_3_sigkill_between_guesses_gives_none_back` starts and kills"]
async fn the_service_that_is_killed() {
    let path = std::env::var_os(PATH).expect("only its parent starts it");
    let limiter = Sqlite::open(path).await.unwrap().limiter(Arc::new(SystemClock::new()));
    loop {
        let passed = passes(&limiter, &code_of("ada")).await;
        let mut out = std::io::stderr();
        writeln!(out, "guess {passed}").unwrap();
    }
}

#[tokio::test]
async fn asvs_v6_6_3_sigkill_between_guesses_gives_none_back() {
    let files = Files::new();
    let mut seen = 0;
    for round in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "kill::the_service_that_is_killed"])
            .env(PATH, files.path("db"))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let answers = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut answers = answers.filter(|line| line.starts_with("guess "));
        // Killed after one answer in the first rounds, and then amid more and more.
        for _ in 0..=round {
            seen += usize::from(answers.next().expect("the service answers") == "guess true");
        }
        child.kill().unwrap();
        seen += answers.filter(|line| line == "guess true").count();
        child.wait().unwrap();
    }
    assert!(seen <= CODES.burst_size() as usize, "{seen} guesses were answered");
    assert!(seen > 0, "the service answers");
    let limiter = files.open("db").await.limiter(Arc::new(SystemClock::new()));
    assert!(!passes(&limiter, &code_of("ada")).await, "what was charged is charged");
}
