//! Every fuzz target, each for a while.

use crate::nightly::missing;
use crate::{Failure, Steps};
use std::path::Path;
use std::process::{Command, Stdio};

const HOW_TO_INSTALL: &str =
    "`cargo install --locked cargo-fuzz` and `rustup toolchain install nightly`, then try again";

/// Runs each target of `fuzz/` for so many seconds, from its seeds and from what earlier runs found.
pub(crate) fn run(steps: &mut Steps, root: &Path, seconds: u32) -> Result<(), Failure> {
    if !is_installed(root) {
        return missing(steps, "fuzz", HOW_TO_INSTALL);
    }
    for target in targets(root)? {
        let mut command = nightly(root);
        command.args(["cargo", "fuzz", "run", &target, "--"]);
        command.args([format!("-max_total_time={seconds}"), "-print_final_stats=1".into()]);
        steps.run(&format!("fuzz {target}"), &mut command)?;
    }
    Ok(())
}

fn is_installed(root: &Path) -> bool {
    let mut command = nightly(root);
    command.args(["cargo", "fuzz", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The rest of xtask uses the toolchain that it was built with; libFuzzer's instrumentation is there on nightly alone.
fn nightly(root: &Path) -> Command {
    let mut command = Command::new("rustup");
    command.current_dir(root).args(["run", "nightly"]);
    command
}

fn targets(root: &Path) -> Result<Vec<String>, Failure> {
    let folder = root.join("fuzz/fuzz_targets");
    let unreadable = |error| Failure::io(format!("`{}` cannot be read", folder.display()))(error);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A target that the manifest does not name is never built, and one that has no file does not build.
    #[test]
    fn every_target_stands_in_the_manifest_and_has_seeds() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let manifest = std::fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
        let targets = targets(root).unwrap();
        assert_eq!(manifest.matches("[[bin]]").count(), targets.len());
        for target in targets {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
            let seeds = std::fs::read_dir(root.join("fuzz/corpus").join(&target)).unwrap().flatten();
            let is_seed = |name: std::ffi::OsString| name.to_string_lossy().starts_with("seed-");
            assert!(seeds.map(|seed| seed.file_name()).any(is_seed), "{target}");
        }
    }
}
