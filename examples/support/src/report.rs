//! What the operator sees: logs while the server runs, one readable message when it cannot.

use std::error::Error;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Sends logs to standard error, at the levels that `RUST_LOG` asks for; `info` where it is silent. Standard output stays free
/// for what scripts read. A second call does nothing.
pub fn init_logs() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    // An error means that a subscriber stands already, which is what was asked for.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Turns the result of a server's run into the process's exit code, after writing the error and its causes to standard error.
#[must_use]
pub fn exit(result: Result<(), Box<dyn Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyFileError;
    use std::path::PathBuf;

    #[test]
    fn an_error_is_shown_with_its_causes() {
        let source = std::io::Error::other("disk full");
        let error = KeyFileError::Io { path: PathBuf::from("a.key"), source };
        assert_eq!(chain(&error), "key file `a.key` cannot be read or written: disk full");
    }
}
