//! What rows measure as a whole process, from its start to its end, as they do with a peer's program.

use crate::Failure;
use crate::measure::{Time, micros_each};
use crate::rows::crypto::plain;
use std::fs::File;
use std::io::Write;
use std::num::NonZeroUsize;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stockade_core::{SystemClock, SystemEntropy};
use stockade_crypto_at_rest::fernet::{Fernet, FernetKey};
use stockade_crypto_at_rest::file::{
    Durability, Opener, Sealer, WriteOptions, X25519Identity, X25519Recipient,
};
use stockade_secure_delete::{Level, Pass, Policy, Shredder, Verify};

const THREADS: NonZeroUsize = NonZeroUsize::new(2).unwrap();

/// Appears under its name when it is whole, but is not waited for until it is on the disk: neither age nor rage does.
fn unsynced() -> WriteOptions {
    WriteOptions::default().durability(Durability::Unsynced)
}

/// Seals a file, to standard output if no target is given.
///
/// # Errors
/// It cannot be sealed.
pub fn seal_file(recipient: &str, from: &Path, to: Option<&Path>) -> Result<(), Failure> {
    let recipient: X25519Recipient = recipient.parse()?;
    let sealer = Sealer::new(vec![&recipient], &SystemEntropy).threads(THREADS);
    match to {
        Some(to) => sealer.seal_file(from, to, unsynced())?,
        None => {
            // Without the buffer, which looks for ends of lines.
            let mut out = File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
            sealer.seal(&File::open(from)?, &mut out)?
        }
    };
    Ok(())
}

/// Opens a file.
///
/// # Errors
/// It cannot be opened.
pub fn open_file(identity: &Path, from: &Path, to: &Path) -> Result<(), Failure> {
    let identity: X25519Identity = std::fs::read_to_string(identity)?.parse()?;
    Opener::new(vec![&identity]).threads(THREADS).open_file(from, to, unsynced(), &SystemEntropy)?;
    Ok(())
}

/// Opens a Fernet token from its file, and says by how many KiB the peak of this process's memory is above what it held before.
///
/// # Errors
/// It cannot be opened, or the system does not say what memory is in use.
pub fn open_fernet(key: &Path, token: &Path) -> Result<(), Failure> {
    let key: FernetKey = std::fs::read_to_string(key)?.parse()?;
    let mut token = File::open(token)?;
    let before = kibibytes("VmRSS:")?;
    Fernet::new(key).open_reader(&mut token, &mut std::io::sink(), None, &SystemClock::new())?;
    let grown = kibibytes("VmHWM:")?.saturating_sub(before);
    Ok(writeln!(std::io::stdout().lock(), "{grown}")?)
}

/// Deletes files in `folder` by so many random passes and renames, without reading back: one by itself, many with the folder that they
/// are all that is in.
///
/// # Errors
/// One is refused, or not all of it was written over and gone.
pub fn delete_files(passes: usize, renames: u8, folder: &Path, names: &[PathBuf]) -> Result<(), Failure> {
    let policy = Policy::default().with_passes(vec![Pass::RANDOM; passes])?.with_renames(renames)?;
    let policy = policy.verify(Verify::Skip);
    if let (2.., Some(above), Some(name)) = (names.len(), folder.parent(), folder.file_name()) {
        let shredder = Shredder::beneath(above, Arc::new(SystemEntropy))?.policy(policy);
        let report = shredder.plan_tree(name)?.execute();
        let all = report.files.files() == u64::try_from(names.len())? && report.failures.count() == 0;
        if !all || report.worst() < Some(Level::OverwriteIneffective) || report.not_for_good > 0 {
            return Err(format!("not done: {report}").into());
        }
        return Ok(());
    }
    let shredder = Shredder::beneath(folder, Arc::new(SystemEntropy))?.policy(policy);
    for name in names {
        let report = shredder.plan(name)?.execute();
        let overwritten = report.overwrite().is_some_and(|overwrite| overwrite.shortfalls().is_empty());
        if !overwritten || report.assurance().level() < Level::UnlinkedOnly {
            return Err(format!("not done: {report}").into());
        }
    }
    Ok(())
}

/// Computes plain Argon2 as often as each line of standard input says, and answers with the nanoseconds of CPU time that one took.
///
/// # Errors
/// It cannot be computed, or a line is no number.
pub fn hash_plainly() -> Result<(), Failure> {
    let mut plain = plain()?;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lines() {
        writeln!(out, "{}", micros_each(Time::Cpu, line?.trim().parse()?, &mut plain)? * 1e3)?;
        out.flush()?;
    }
    Ok(())
}

fn kibibytes(of: &str) -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(of));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("the system does not say what memory is in use")?.parse()?)
}
