//! The `stockade` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    stockade_cli::run(std::env::args_os())
}
