//! A process that keeps and erases keys, killed at random, again and again.

use super::{Files, erase, key, object, start, wrap};
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use stockade_core::{Entropy, SystemEntropy};
use stockade_secure_delete::erase::{
    Erasing, Finding, Hold, Holding, Keeping, KeptKey, MediumCaveat, ObjectKeys, Rewrapping,
};
use stockade_sqlite::Sqlite;

const KILLS: u32 = 8;
/// Objects of one round: more than a child gets through.
const ROUND: u32 = 100_000;
/// Where the child finds its file, and its first object.
const PATH: &str = "STOCKADE_TEST_OBJECT_KEYS";
const FIRST: &str = "STOCKADE_TEST_FIRST";

/// What a child says it was answered. Nothing else counts as having happened.
fn acknowledge(n: u32, what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ack {n} {what}").unwrap();
    out.flush().unwrap();
}

#[tokio::test]
#[ignore = "the process that `sigkill_between_the_steps_brings_no_key_back` starts and kills"]
async fn the_service_that_is_killed() {
    let path = std::env::var_os(PATH).expect("only its parent starts it");
    let first: u32 = std::env::var(FIRST).unwrap().parse().unwrap();
    let store = Sqlite::open(Path::new(&path)).await.unwrap();
    for n in first.. {
        assert_eq!(store.keep(key(n)).await.unwrap(), Keeping::Kept);
        acknowledge(n, "keep");
        let rewrapped = store.rewrap(&object(n), &wrap(n, 0), wrap(n, 1)).await.unwrap();
        assert_eq!(rewrapped, Rewrapping::Rewrapped);
        acknowledge(n, "rewrap");
        if n % 2 == 0 {
            let hold = Hold::new("case".parse().unwrap(), "a court", start()).unwrap();
            assert_eq!(store.hold(&object(n), hold).await.unwrap(), Holding::Held);
            acknowledge(n, "hold");
        } else {
            assert!(matches!(erase(&store, n).await, Erasing::Erased(_)));
            acknowledge(n, "erase");
            let _ = store.scrub().await.unwrap();
        }
    }
}

fn spawn(path: &Path, first: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "kill::the_service_that_is_killed"])
        .env(PATH, path)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Runs a child, kills it in the middle, and gives what it said.
fn killed(path: &Path, first: u32) -> HashSet<(u32, String)> {
    let mut child = spawn(path, first);
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = HashSet::new();
    let mut hear = |line: String| {
        // The test harness writes a line of its own before the first.
        let Some((_, words)) = line.split_once("ack ") else { return };
        let (n, what) = words.split_once(' ').unwrap();
        said.insert((n.parse().unwrap(), what.to_owned()));
    };
    // Some way in, so that it is killed at work and not while it starts.
    for line in out.by_ref().take(15 + random() as usize % 30) {
        hear(line.unwrap());
    }
    std::thread::sleep(Duration::from_micros(random() % 8_000));
    assert!(child.try_wait().unwrap().is_none(), "the service ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had said before it died is still in the pipe.
    for line in out {
        hear(line.unwrap());
    }
    assert!(said.len() >= 10, "{said:?}");
    said
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    SystemEntropy.fill(&mut bytes).unwrap();
    u64::from_be_bytes(bytes)
}

#[tokio::test]
async fn sigkill_between_the_steps_brings_no_key_back() {
    let files = Files::new();
    let path = files.path("db");
    drop(files.open("db").await);
    for round in 0..KILLS {
        let first = round * ROUND;
        let said = tokio::task::spawn_blocking({
            let path = path.clone();
            move || killed(&path, first)
        })
        .await
        .unwrap();
        let store = files.open("db").await;
        let last = said.iter().map(|(n, _)| *n).max().unwrap();
        for n in first..=last + 1 {
            judge(&store, n, &|what: &str| said.contains(&(n, what.to_owned()))).await;
        }
        assert_eq!(store.scrub().await.unwrap(), MediumCaveat::OverwrittenInFile);
        let bytes = std::fs::read(&path).unwrap();
        for (n, _) in said.iter().filter(|(_, what)| what == "erase") {
            for turn in [0, 1] {
                let wrap = wrap(*n, turn);
                assert!(
                    !bytes.windows(80).any(|window| window == wrap.as_bytes()),
                    "{n}: its bytes are there"
                );
            }
        }
        store.close().await;
    }
}

async fn judge(store: &Sqlite, n: u32, was_said: &impl Fn(&str) -> bool) {
    match store.find(&object(n)).await.unwrap() {
        Finding::Unknown => assert!(!was_said("keep"), "{n}: kept and lost"),
        Finding::Live(found) => {
            assert!(!was_said("erase"), "{n}: erased and back");
            let (old, new) = (key(n), KeptKey { wrap: wrap(n, 1), ..key(n) });
            assert!(found == new || found == old && !was_said("rewrap"), "{n}: neither of its wraps");
            let held = !store.holds(&object(n)).await.unwrap().is_empty();
            assert!(held || !was_said("hold"), "{n}: a hold is lost");
            assert_eq!(matches!(erase(store, n).await, Erasing::Held { .. }), held);
        }
        Finding::Erased(stone) => {
            assert!(n % 2 == 1 && was_said("rewrap"), "{n}: nobody asked");
            assert_eq!(erase(store, n).await, Erasing::AlreadyErased(stone.clone()));
            assert_eq!(store.keep(key(n)).await.unwrap(), Keeping::Erased(stone));
        }
    }
}
