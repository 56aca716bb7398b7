//! `cargo xtask`: what a developer and CI run. Automation only; no product code.

#![expect(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

mod asvs;
mod checks;
mod common_passwords;
mod failure;
mod fuzz;
mod guard;
mod machine;
mod nightly;
mod schemathesis;
mod servers;
mod steps;
mod transcript;
mod wipe_table;

use clap::{Parser, Subcommand};
use failure::Failure;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use steps::Steps;

/// The workspace's automation
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what tests need where that is allowed, then check everything: format, lints, docs, tests, README's transcript
    Test {
        /// Leave a step out, such as `transcript`; refused in CI
        #[arg(long, value_name = "STEP")]
        skip: Vec<String>,
    },
    /// Execute README's transcript and compare with what it shows
    Transcript,
    /// List which ASVS requirements have tests; STOCKADE_ASVS may name a table (TSV) of requirements to list the gaps, too
    Asvs {
        /// Name each test
        #[arg(long)]
        tests: bool,
    },
    /// Make the list of common passwords that authn embeds anew, from the words that the crate `zxcvbn` ships
    CommonPasswords {
        /// Only say whether the committed list is that
        #[arg(long)]
        check: bool,
    },
    /// Train the model of guardrails from the labelled texts and our own templates: `--check`, `--leave-out`
    GuardTrain {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
        rest: Vec<String>,
    },
    /// Judge guardrails on the labelled texts, set by set: `--set NAME`, `--failures even`, `--help`
    GuardEval {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
        rest: Vec<String>,
    },
    /// Print what deletions leave on each file system: ours, `shred`, `srm`, `wipe`; needs root and loop devices
    WipeTable,
    /// What CI runs: test, asvs, schemathesis against `exam`, and the dependency rules where cargo-deny is installed
    Ci,
    /// The costly checks, by hand, before an issue is called done
    Nightly {
        /// For how long each fuzz target runs
        #[arg(long, value_name = "SECONDS", default_value_t = 20)]
        fuzz_seconds: u32,
    },
}

fn main() -> ExitCode {
    let root = root();
    let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    let result = match Cli::parse().task {
        Task::Test { skip } => {
            Steps::new(skip, in_ci).and_then(|steps| finish(steps, |s| checks::test(s, &root)))
        }
        Task::Transcript => transcript::run(&root),
        Task::Asvs { tests } => asvs::run(&root, tests),
        Task::CommonPasswords { check } => common_passwords::run(&root, check),
        Task::GuardTrain { rest } => guard::run(&root, "guard-train", &rest),
        Task::GuardEval { rest } => guard::run(&root, "guard-eval", &rest),
        Task::WipeTable => wipe_table::run(&root),
        Task::Ci => Steps::new(Vec::new(), in_ci).and_then(|steps| finish(steps, |s| checks::ci(s, &root))),
        Task::Nightly { fuzz_seconds } => Steps::new(Vec::new(), in_ci)
            .and_then(|steps| finish(steps, |s| nightly::run(s, &root, fuzz_seconds))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn finish(mut steps: Steps, task: impl FnOnce(&mut Steps) -> Result<(), Failure>) -> Result<(), Failure> {
    let result = task(&mut steps).and_then(|()| steps.all_skips_were_steps());
    println!("\n{}", steps.summary());
    result
}

/// The workspace's folder, wherever in it the command is given.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
