//! The document of `exam` against the running server, by a tool from PyPI.

use crate::{Failure, Steps};
use std::path::Path;
use std::process::Command;

const STEP: &str = "schemathesis";

/// Runs the script over the `exam` that the step `build` has built. Where there is no Python, or nothing to install the tool from,
/// it is left out; in CI that is a failure.
pub(crate) fn run(steps: &mut Steps, root: &Path) -> Result<(), Failure> {
    let installed = script(root).arg("--install").status().is_ok_and(|status| status.success());
    if installed {
        return steps.run(STEP, &mut script(root));
    }
    let why = "`python3 tests/schemathesis/run.py --install` does not work here";
    if steps.in_ci() {
        return Err(Failure::other(format!("with CI=true no step may be skipped, but `{STEP}`: {why}")));
    }
    steps.leave_out(STEP, why);
    Ok(())
}

fn script(root: &Path) -> Command {
    let mut command = Command::new("python3");
    command.current_dir(root).arg("tests/schemathesis/run.py");
    command
}
