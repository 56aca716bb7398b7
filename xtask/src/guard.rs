//! `guard-train` and `guard-eval` are of a package of their own, built in release: they know product code, and count.

use crate::Failure;
use crate::checks::cargo;
use std::path::Path;

pub(crate) fn run(root: &Path, task: &str, rest: &[String]) -> Result<(), Failure> {
    let mut command = cargo(root);
    command
        .args(["run", "--quiet", "--release", "--locked", "--package", "guard-lab", "--", task])
        .args(rest);
    let status = command.status().map_err(Failure::io("`cargo run` cannot be run"))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::Command {
        step: task.to_owned(),
        command: "cargo run -p guard-lab".into(),
        status: status.to_string(),
    })
}
