#![doc = include_str!("../README.md")]

mod args;
mod cancel;
mod commands;
mod exit;
mod failure;
mod say;
mod secret_file;
mod terminal;

use args::Cli;
use cancel::Cancel;
use clap::Parser;
use std::ffi::OsString;
use std::process::ExitCode;

pub use exit::Exit;

/// Runs the command that `arguments` say, the program's name first, and returns what the process ends with.
///
/// Reads and writes the process's own standard streams and its terminal. It takes over SIGINT and SIGTERM, and may end the
/// process after one of them: it is for a `main` that does nothing else.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<_> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return say::usage(&error, arguments.iter().any(|argument| argument == "--json")),
    };
    let voice = cli.voice;
    let done = Cancel::listen().and_then(|cancel| commands::perform(cli, &cancel));
    match done {
        Ok(()) => Exit::Done.into(),
        Err(failure) => say::failure(&failure, voice),
    }
}
