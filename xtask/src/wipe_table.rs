//! What deletions leave on each file system, ours and those of other programs, as a table in Markdown.

use crate::checks::cargo;
use crate::{Failure, machine};
use std::path::Path;
use std::process::Stdio;

/// The rows are those of the crate's truth table, which a test fills: making file systems and judging reports is its business.
const TEST: &[&str] = &["test", "-p", "stockade-secure-delete", "--locked", "--test", "truth", "--"];

pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    machine::prepare_for_wiping()?;
    let mut command = cargo(root);
    command.args(TEST).args(["--ignored", "--nocapture", "--exact", "table::wipe_table"]);
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(Failure::io("cargo cannot be run"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(Failure::other(format!("the table was not filled:\n{text}")));
    }
    // The rest is the test runner's.
    text.lines().filter(|line| line.starts_with('|')).for_each(|line| println!("{line}"));
    Ok(())
}
