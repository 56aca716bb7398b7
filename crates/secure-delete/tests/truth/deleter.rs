//! Who deletes: we, and the programs that everybody has.

use crate::program::{Skip, last_line, run};
use crate::stage::Stage;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::fd::AsFd;
use stockade_secure_delete::Level;
use stockade_secure_delete::storage::{InPlace, Storage};

/// What we said.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) level: Level,
    pub(crate) in_place: InPlace,
    pub(crate) text: String,
}

/// Deletes the stage's file as this crate does.
pub(crate) fn ours(stage: &Stage) -> Report {
    let path = stage.victim();
    let mut file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let mut storage = Storage::examine(file.as_fd());
    let block = 4096;
    for _ in 0..file.metadata().unwrap().len().div_ceil(block) {
        file.write_all(&[0xa5; 4096]).unwrap();
    }
    file.sync_all().unwrap();
    storage.look_again(file.as_fd());
    std::fs::remove_file(&path).unwrap();
    File::open(&stage.root).unwrap().sync_all().unwrap();
    let in_place = storage.in_place();
    let level = match in_place {
        InPlace::Proven => Level::OverwrittenInPlace,
        _ => Level::OverwriteIneffective,
    };
    Report { level, text: format!("{level}"), in_place }
}

/// Other programs, by how they are called.
pub(crate) const OTHERS: &[&[&str]] = &[&["shred", "-u"], &["srm"], &["wipe", "-f"]];

/// Deletes the stage's file with another program; gives its exit code and its last word.
pub(crate) fn theirs(stage: &Stage, call: &[&str]) -> Result<(Option<i32>, String), Skip> {
    let (name, args) = call.split_first().expect("a program");
    let victim = stage.victim();
    let output = run(name, args.iter().copied().chain([victim.to_str().unwrap()]))?;
    Ok((output.status.code(), last_line(&output)))
}
