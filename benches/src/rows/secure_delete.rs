//! What it costs to write over files, against `shred`.

use super::{LeftOut, Plan};
use crate::Failure;
use crate::measure::{Time, in_turn};
use crate::peers::Program;
use crate::row::{Row, Unit};
use std::fs::{File, create_dir, remove_dir_all};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file for `.bulk_256m`.
const LARGE: Load = Load { files: 1, len: 256 << 20 };
/// The files for `.small_500`.
const SMALL: Load = Load { files: 500, len: 4096 };

/// One large file. Both sides write random bytes and sync after each pass; ours also unlinks the file and syncs the folder.
/// `shred` does not read back, so ours does not either.
pub(super) fn bulk(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let (passes, peer) = if id.ends_with(".three") {
        ("3", "shred -n 3; neither reads back")
    } else {
        ("1", "shred -n 1; neither reads back")
    };
    compare(id, plan, LARGE, &["--passes", passes, "--renames", "0"], &["-n", passes], peer)
}

/// Many small files, gone afterwards. Here too nobody reads back.
pub(super) fn small(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let (renames, remove, peer) = if id.ends_with(".unlink") {
        ("0", "--remove=unlink", "shred -n 1 --remove=unlink")
    } else {
        ("1", "-u", "shred -n 1 -u, which renames")
    };
    compare(id, plan, SMALL, &["--passes", "1", "--renames", renames], &["-n", "1", remove], peer)
}

fn compare(
    id: &'static str,
    plan: &Plan,
    load: Load,
    our_options: &[&str],
    their_options: &[&str],
    peer: &'static str,
) -> Result<Row, Failure> {
    Program::SHRED.command()?;
    let folder = plan.files()?.path(id);
    let ours = || {
        let names = load.lay_out(&folder)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("delete-files").args(our_options).arg(&folder).args(names);
        let millis = millis(&mut command)?;
        load.clear(&folder, Left::Nothing)?;
        Ok(millis)
    };
    let theirs = || {
        let names = load.lay_out(&folder)?;
        let mut command = Program::SHRED.command()?;
        command.args(their_options).args(names.iter().map(|name| folder.join(name)));
        let millis = millis(&mut command)?;
        load.clear(&folder, if load.files == 1 { Left::Overwritten } else { Left::Nothing })?;
        Ok(millis)
    };
    let runs = plan.runs(Plan::MIN_RUNS);
    Ok(Row::new(id, in_turn(runs, ours, theirs)?, peer, Unit::Millis, runs))
}

/// The whole process, by the wall clock.
fn millis(command: &mut Command) -> Result<f64, Failure> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let seconds = Time::Wall.of(|| match command.status()?.success() {
        true => Ok(()),
        false => Err(format!("`{}` failed", command.get_program().display()).into()),
    })?;
    Ok(seconds * 1e3)
}

/// What is deleted.
#[derive(Clone, Copy)]
struct Load {
    files: usize,
    len: u64,
}

/// What one side leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    Overwritten,
}

/// What the files hold before.
const MARK: u8 = b'M';

impl Load {
    /// New files, all of them on the disk when this returns, so that nobody pays for writing them.
    fn lay_out(self, folder: &Path) -> Result<Vec<String>, Failure> {
        let space = rustix::fs::statvfs(folder.parent().ok_or("a folder without a parent")?)?;
        let bytes = 2 * self.len * self.files as u64;
        if space.f_bavail.saturating_mul(space.f_frsize) < bytes {
            return Err(LeftOut::NeedsSpace { bytes }.into());
        }
        create_dir(folder)?;
        let names: Vec<String> = (0..self.files).map(|number| format!("{number:08}")).collect();
        for name in &names {
            let mut file = File::create(folder.join(name))?;
            std::io::copy(&mut std::io::repeat(MARK).take(self.len), &mut file)?;
            file.flush()?;
        }
        rustix::fs::syncfs(File::open(folder)?)?;
        Ok(names)
    }

    /// Holds a side to what it had to do, and makes room for the next sample.
    fn clear(self, folder: &Path, left: Left) -> Result<(), Failure> {
        // Ours deletes many files with their folder.
        if left == Left::Nothing && self.files > 1 && !folder.try_exists()? {
            return Ok(());
        }
        let files: Vec<PathBuf> =
            folder.read_dir()?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
        if left == Left::Nothing && !files.is_empty() {
            return Err(format!("{} files were left", files.len()).into());
        }
        for file in files {
            let mut head = [MARK; 512];
            File::open(file)?.read_exact(&mut head)?;
            if head.iter().filter(|byte| **byte == MARK).count() > 32 {
                return Err("a file was not written over".into());
            }
        }
        Ok(remove_dir_all(folder)?)
    }
}
