//! The costly checks. Each needs a tool of its own; what is not installed is named, with the command that installs it.

use crate::checks::{cargo, dependency_rules, installed};
use crate::{Failure, Steps, fuzz};
use std::path::{Path, PathBuf};

pub(crate) fn run(steps: &mut Steps, root: &Path, fuzz_seconds: u32) -> Result<(), Failure> {
    let features = ["hack", "check", "--workspace", "--each-feature", "--no-dev-deps", "--locked"];
    for (name, tool, args) in [("features", "hack", features.as_slice()), ("unused", "machete", &["machete"])]
    {
        if installed(tool) {
            steps.run(name, cargo(root).args(args))?;
        } else {
            missing(steps, name, &how_to_install(tool))?;
        }
    }
    dependencies(steps, root)?;
    fuzz::run(steps, root, fuzz_seconds)
}

fn dependencies(steps: &mut Steps, root: &Path) -> Result<(), Failure> {
    if !installed("deny") {
        return missing(steps, "deny", &how_to_install("deny"));
    }
    dependency_rules(steps, root)?;
    match advisories() {
        Some(_) => {
            let check = ["deny", "--offline", "check", "--hide-inclusion-graph", "advisories"];
            steps.run("advisories", cargo(root).args(check))
        }
        None => missing(
            steps,
            "advisories",
            "no database; where there is a network, `cargo deny fetch db` gets it",
        ),
    }
}

fn how_to_install(tool: &str) -> String {
    format!("`cargo install --locked cargo-{tool}`, then try again")
}

pub(crate) fn missing(steps: &mut Steps, name: &str, why: &str) -> Result<(), Failure> {
    if steps.in_ci() {
        return Err(Failure::other(format!("with CI=true no step may be skipped, but `{name}`: {why}")));
    }
    steps.leave_out(name, why);
    Ok(())
}

/// The folder in which cargo-deny keeps advisory databases, if there is one in it.
fn advisories() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let folder = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")))?.join("advisory-dbs");
    std::fs::read_dir(&folder).ok()?.flatten().any(|entry| entry.path().is_dir()).then_some(folder)
}
