//! A process that is killed while it saves.

use super::{clock, lived, mirror};
use crate::ring::KeyRingFile;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use stockade_core::SystemEntropy;

/// Where the process to be killed saves; unset in every other run.
const VICTIM: &str = "STOCKADE_TEST_KEY_RING_VICTIM";

#[test]
fn partial_write_by_a_killed_process_leaves_a_whole_file() {
    if let Some(path) = std::env::var_os(VICTIM) {
        return save_until_killed(&KeyRingFile::at(path));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = KeyRingFile::at(folder.path().join("keys.toml"));
    file.create(&mut lived(1), &mirror(), &SystemEntropy).unwrap();
    let mut last = file.open(&mirror()).unwrap();
    for round in 0..12 {
        let this = format!("{}::partial_write_by_a_killed_process_leaves_a_whole_file", module_path!());
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", this.split_once("::").unwrap().1])
            .env(VICTIM, file.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while file.read().unwrap().generation() == last.generation {
            assert!(start.elapsed() < Duration::from_secs(30), "the victim never saved");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(700 * round));
        victim.kill().unwrap();
        victim.wait().unwrap();

        let found = file.open(&mirror()).unwrap();
        assert!(found.generation > last.generation);
        assert_eq!(crate::ring::succession::check(&last, &found), Ok(()));
        last = found;
    }
    file.save(&mut last, &mirror(), &SystemEntropy).unwrap();
    let mut names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".keys.toml.lock", "keys.toml"]);
}

fn save_until_killed(file: &KeyRingFile) {
    let mut ring = file.open(&mirror()).unwrap();
    loop {
        let retired = ring.active().id();
        ring.rotate(&SystemEntropy, &clock()).unwrap();
        let _ = ring.destroy(retired, &clock()).unwrap();
        file.save(&mut ring, &mirror(), &SystemEntropy).unwrap();
    }
}
