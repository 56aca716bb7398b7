//! Trains the model of guardrails and judges its policies on labelled texts; `cargo xtask guard-train` and `guard-eval` run
//! it, in release. It stands apart from `xtask`, which must build without any product code.

#![expect(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

mod data;
mod eval;
mod failure;
mod train;

use clap::{Parser, Subcommand};
use failure::Failure;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Train the injection model from even rows and our own templates
    GuardTrain {
        /// Only say whether the committed file is what training makes
        #[arg(long)]
        check: bool,
        /// Leave each source out in turn and judge the model on it, and write nothing
        #[arg(long)]
        leave_out: bool,
    },
    /// Judge the labelled texts, set by set
    GuardEval(eval::Ask),
}

fn main() -> ExitCode {
    let root = root();
    let result = match Cli::parse().task {
        Task::GuardTrain { leave_out: true, .. } => train::leave_out(&root),
        Task::GuardTrain { check, .. } => train::run(&root, check),
        Task::GuardEval(ask) => eval::run(&root, &ask),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nguard-lab: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's folder, wherever in it the command is given.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}
