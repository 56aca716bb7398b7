//! The steps of `test` and `ci`, in the order in which a mistake is found soonest.
//!
//! Two builds are unavoidable, one that only checks (clippy, docs) and one that makes code (tests, servers). Within each, all
//! steps select the same packages and features, so that no dependency is compiled twice. Only the transcript builds as a
//! reader of README would, for one package.

use crate::servers::Servers;
use crate::{Failure, Steps, asvs, machine, schemathesis, transcript};
use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) fn test(steps: &mut Steps, root: &Path) -> Result<(), Failure> {
    steps.perform("machine", "what the tests need of this machine", machine::prepare)?;
    steps.run("fmt", cargo(root).args(["fmt", "--all", "--check"]))?;
    steps.run(
        "clippy",
        everything(&mut cargo(root), "clippy").args(["--all-targets", "--", "-D", "warnings"]),
    )?;
    steps.run(
        "docs",
        everything(&mut cargo(root), "doc").arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    // Cargo does not build a server for the tests of another package. `--tests` beside `--bins` brings in the features of
    // dev-dependencies, without which this would be a third build.
    steps.run("build", everything(&mut cargo(root), "build").args(["--bins", "--tests"]))?;
    steps.run("doc tests", everything(&mut cargo(root), "test").arg("--doc"))?;
    let mut servers = Servers::default();
    steps.perform("servers", "one Redis and one PostgreSQL for all tests", || servers.start())?;
    if installed("nextest") {
        steps.run("tests", servers.tell(everything(cargo(root).arg("nextest"), "run")))?;
    } else {
        let kinds = ["--lib", "--bins", "--tests", "--examples"];
        steps.run("tests", servers.tell(everything(&mut cargo(root), "test").args(kinds)))?;
    }
    drop(servers);
    steps.perform("transcript", "README, executed as written", || transcript::run(root))
}

pub(crate) fn ci(steps: &mut Steps, root: &Path) -> Result<(), Failure> {
    steps.perform("asvs", "test names that carry a requirement", || asvs::run(root, false))?;
    if installed("deny") {
        dependency_rules(steps, root)?;
    } else {
        steps.leave_out("deny", "cargo-deny is not installed: `cargo xtask nightly` says how");
    }
    test(steps, root)?;
    schemathesis::run(steps, root)
}

/// The rules of deny.toml that need no advisory database.
pub(crate) fn dependency_rules(steps: &mut Steps, root: &Path) -> Result<(), Failure> {
    // cargo-deny reads the manifests of all crates in Cargo.lock, those for other systems too.
    steps.run("fetch", cargo(root).args(["fetch", "--locked"]))?;
    let check = ["deny", "--offline", "check", "--hide-inclusion-graph", "--allow", "unused-wrapper"];
    steps.run("deny", cargo(root).args(check).args(["bans", "licenses", "sources"]))
}

/// Adds to `command` the subcommand and the selection that all building steps share.
fn everything<'a>(command: &'a mut Command, subcommand: &str) -> &'a mut Command {
    command.args([subcommand, "--workspace", "--all-features", "--locked"])
}

pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// Whether cargo has the subcommand.
pub(crate) fn installed(subcommand: &str) -> bool {
    let mut command = cargo(Path::new("."));
    command.args([subcommand, "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
