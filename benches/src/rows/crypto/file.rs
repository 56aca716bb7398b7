//! Whole files: ours and a peer's, each a process from its start to its end.

use crate::Failure;
use crate::measure::{Time, in_turn};
use crate::peers::Program;
use crate::rig::Files;
use crate::row::{Row, Unit};
use crate::rows::Plan;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use stockade_crypto_at_rest::file::Opener;

/// 1 GiB.
const LEN: u64 = 1 << 30;

pub(in crate::rows) fn encrypt_null(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let peer = Peer::of(id);
    let mut theirs = peer.program.command()?;
    let files = plan.files()?;
    let (plain, recipient) = (files.random(LEN)?, files.identity().recipient().to_string());
    let mut ours = Command::new(std::env::current_exe()?);
    ours.args(["seal-file", &recipient]).arg(&plain);
    theirs.args(["-r", &recipient]).arg(&plain);
    let runs = plan.runs(Plan::MIN_RUNS);
    let medians = in_turn(runs, || megabytes_per_second(&mut ours), || megabytes_per_second(&mut theirs))?;
    Ok(Row::new(id, medians, peer.to_null, Unit::MegabytesPerSecond, runs))
}

pub(in crate::rows) fn encrypt_disk(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let peer = Peer::of(id);
    let mut theirs = peer.program.command()?;
    let files = plan.files()?;
    let (plain, recipient) = (files.random(LEN)?, files.identity().recipient().to_string());
    let (our_target, their_target) = (Target::new(files, "ours"), Target::new(files, "theirs"));
    let mut ours = Command::new(std::env::current_exe()?);
    ours.args(["seal-file", &recipient]).arg(&plain).arg(&our_target.path);
    theirs.args(["-r", &recipient, "-o"]).arg(&their_target.path).arg(&plain);
    let right = |sealed: &Path| {
        let opened =
            Opener::new(vec![files.identity()]).open(&File::open(sealed)?, &mut Same::as_in(&plain)?)?;
        if opened == LEN { Ok(()) } else { Err("the sealed file opens to another length".into()) }
    };
    let runs = plan.runs(Plan::MIN_RUNS);
    let medians =
        in_turn(runs, || our_target.sample(&mut ours, &right), || their_target.sample(&mut theirs, &right))?;
    Ok(Row::new(id, medians, peer.to_disk, Unit::MegabytesPerSecond, runs))
}

pub(in crate::rows) fn decrypt_disk(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let peer = Peer::of(id);
    let mut theirs = peer.program.command()?;
    let files = plan.files()?;
    let (plain, sealed, identity) = (files.random(LEN)?, files.sealed(LEN)?, files.identity_file());
    let (our_target, their_target) = (Target::new(files, "ours"), Target::new(files, "theirs"));
    let mut ours = Command::new(std::env::current_exe()?);
    ours.arg("open-file").args([&identity, &sealed, &our_target.path]);
    theirs.arg("-d").arg("-i").arg(&identity).arg("-o").args([&their_target.path, &sealed]);
    let right = |opened: &Path| {
        let copied = std::io::copy(&mut File::open(opened)?, &mut Same::as_in(&plain)?)?;
        if copied == LEN { Ok(()) } else { Err("the opened file has another length".into()) }
    };
    let runs = plan.runs(Plan::MIN_RUNS);
    let medians =
        in_turn(runs, || our_target.sample(&mut ours, &right), || their_target.sample(&mut theirs, &right))?;
    Ok(Row::new(id, medians, peer.to_disk, Unit::MegabytesPerSecond, runs))
}

/// Whom a row is against, and what the table says of it.
struct Peer {
    program: Program,
    to_null: &'static str,
    to_disk: &'static str,
}

impl Peer {
    fn of(id: &str) -> Self {
        if id.ends_with(".rage") {
            Self {
                program: Program::RAGE,
                to_null: "rage to /dev/null",
                to_disk: "rage, neither atomic nor synced",
            }
        } else {
            Self {
                program: Program::AGE,
                to_null: "age to /dev/null",
                to_disk: "age, neither atomic nor synced",
            }
        }
    }
}

/// Where one side writes to: a new file each time.
struct Target {
    path: PathBuf,
    checked: std::cell::Cell<bool>,
}

impl Target {
    fn new(files: &Files, name: &str) -> Self {
        Self { path: files.path(name), checked: false.into() }
    }

    /// The file is removed again when its time has been taken. What the first sample wrote must be `right` in every octet; of the
    /// others only the length is looked at, so that reading them does not take memory from the page cache.
    fn sample(
        &self,
        command: &mut Command,
        right: &dyn Fn(&Path) -> Result<(), Failure>,
    ) -> Result<f64, Failure> {
        let rate = megabytes_per_second(command)?;
        if !self.checked.replace(true) {
            right(&self.path)?;
        }
        if std::fs::metadata(&self.path)?.len() < LEN {
            return Err(format!("a process left `{}` too short", self.path.display()).into());
        }
        std::fs::remove_file(&self.path)?;
        Ok(rate)
    }
}

/// Of plaintext, by the wall clock.
fn megabytes_per_second(command: &mut Command) -> Result<f64, Failure> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let seconds = Time::Wall.of(|| match command.status()?.success() {
        true => Ok(()),
        false => Err(format!("`{}` failed", command.get_program().display()).into()),
    })?;
    Ok(LEN as f64 / seconds / 1e6)
}

/// A writer that accepts what a file has, and nothing else.
struct Same {
    file: BufReader<File>,
    expected: Vec<u8>,
}

impl Same {
    fn as_in(path: &Path) -> Result<Self, Failure> {
        Ok(Self { file: BufReader::new(File::open(path)?), expected: Vec::new() })
    }
}

impl Write for Same {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.expected.resize(octets.len(), 0);
        self.file.read_exact(&mut self.expected)?;
        if self.expected == octets {
            Ok(octets.len())
        } else {
            Err(std::io::Error::other("not the same plaintext"))
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn altered_and_lengthened_plaintext_is_not_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plain");
        std::fs::write(&path, b"abcdef").unwrap();
        let mut same = Same::as_in(&path).unwrap();
        same.write_all(b"abc").unwrap();
        same.write_all(b"def").unwrap();
        assert!(same.write_all(b"g").is_err());
        assert!(Same::as_in(&path).unwrap().write_all(b"abX").is_err());
    }
}
