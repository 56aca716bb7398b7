//! Why there is no server.

use std::io;

/// Why a throw-away server could not be had, or could not be made to do something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The server's program is not on this machine.
    #[error("`{program}` is not installed; `cargo xtask test` installs what tests need, or says how")]
    NotInstalled {
        /// The program.
        program: &'static str,
    },
    /// The variable names no server that these tools can speak to.
    #[error("`{variable}` must have the form `{form}`, without a password")]
    Address {
        /// The environment variable.
        variable: &'static str,
        /// What it must look like.
        form: &'static str,
    },
    /// The server, or a tool of it, did not do what it should.
    #[error("{what}; the end of its log:\n{log}")]
    Failed {
        /// What was expected.
        what: String,
        /// The end of the server's log.
        log: String,
    },
    /// The server refused a statement.
    #[error("the server refused: {message}")]
    Refused {
        /// In the server's words.
        message: String,
    },
    /// The system refused.
    #[error("the system refused")]
    Io(#[from] io::Error),
}
