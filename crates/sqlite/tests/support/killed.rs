//! A process of ours that says what it was answered, and is killed amid that.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use stockade_core::{Entropy, SystemEntropy};

/// Numbers of one round: more than a child gets through.
pub(crate) const ROUND: u32 = 100_000;
/// The test that is the child, in a module `kill` of each suite.
const CHILD: &str = "kill::the_service_that_is_killed";
/// Where the child finds its file, and its first number.
const PATH: &str = "STOCKADE_TEST_KILLED";
const FIRST: &str = "STOCKADE_TEST_FIRST";

/// What the child was given: its file and its first number.
pub(crate) fn given() -> (PathBuf, u32) {
    let path = std::env::var_os(PATH).expect("only its parent starts it");
    (path.into(), std::env::var(FIRST).unwrap().parse().unwrap())
}

/// What the child says it was answered. Nothing else counts as having happened.
pub(crate) fn acknowledge(n: u32, what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ack {n} {what}").unwrap();
    out.flush().unwrap();
}

/// Runs the child on `path`, kills it so many answers and so many microseconds in, and gives what it said.
pub(crate) fn killed(path: &Path, first: u32, answers: Range<u64>, micros: u64) -> HashSet<(u32, String)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", CHILD])
        .env(PATH, path)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = HashSet::new();
    let mut hear = |line: String| {
        // The test harness writes a line of its own before the first.
        let Some((_, words)) = line.split_once("ack ") else { return };
        let (n, what) = words.split_once(' ').unwrap();
        said.insert((n.parse().unwrap(), what.to_owned()));
    };
    // Some way in, so that it is killed at work and not while it starts.
    let some = answers.start + random() % (answers.end - answers.start);
    for line in out.by_ref().take(usize::try_from(some).unwrap()) {
        hear(line.unwrap());
    }
    std::thread::sleep(Duration::from_micros(random() % micros));
    assert!(child.try_wait().unwrap().is_none(), "the service ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had said before it died is still in the pipe.
    for line in out {
        hear(line.unwrap());
    }
    assert!(said.len() as u64 >= answers.start * 3 / 4, "{said:?}");
    said
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    SystemEntropy.fill(&mut bytes).unwrap();
    u64::from_be_bytes(bytes)
}
