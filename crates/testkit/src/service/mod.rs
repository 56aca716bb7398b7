//! A real server process under test.

mod launch;
mod memory;
mod output;

#[cfg(test)]
mod tests;

pub use launch::{Launch, binary};
pub use memory::Memory;

use output::Output;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

/// A running server. Dropping it kills the process and waits for its end.
#[derive(Debug)]
pub struct Service {
    child: Child,
    addr: SocketAddr,
    stdout: Output,
    stderr: Output,
}

impl Service {
    /// The most bytes kept of each output stream, 16 MiB: hours of a chatty server's log. What comes after is read and thrown
    /// away, and [`stdout`](Service::stdout) then ends with a line that says so.
    pub const MAX_OUTPUT: usize = 16 << 20;

    /// How long [`terminate`](Service::terminate) waits for the server to end by itself. Longer than the drain that the
    /// example servers allow themselves.
    pub const TERMINATE_DEADLINE: Duration = Duration::from_secs(20);

    /// Where the server said it listens; always a loopback address.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://ADDR` followed by `path`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What the server wrote to standard output so far.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// What the server wrote to standard error so far; its log.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// How much memory the server uses now, and the most that it used since it started.
    ///
    /// # Errors
    /// The process has ended, or the system has no `/proc`.
    pub fn memory(&self) -> Result<Memory, ServiceError> {
        Memory::of(self.pid())
    }

    /// Kills the server with SIGKILL, as the out-of-memory killer or a power cut would, and waits for its end. Does nothing if
    /// it has ended already.
    ///
    /// # Errors
    /// The system refuses.
    pub fn kill9(&mut self) -> Result<ExitStatus, ServiceError> {
        self.child.kill()?;
        Ok(self.child.wait()?)
    }

    /// Asks the server to end with SIGTERM, as a supervisor does, and waits for it.
    ///
    /// # Errors
    /// It still runs after [`TERMINATE_DEADLINE`](Service::TERMINATE_DEADLINE), and is then killed; or the system refuses.
    #[cfg(unix)]
    pub fn terminate(&mut self) -> Result<ExitStatus, ServiceError> {
        use rustix::process::{Pid, Signal, kill_process};

        if let Some(status) = self.child.try_wait()? {
            return Ok(status);
        }
        // The child has not been waited for, so its id cannot have passed to another process.
        kill_process(Pid::from_child(&self.child), Signal::TERM).map_err(io::Error::from)?;
        let deadline = Instant::now() + Self::TERMINATE_DEADLINE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.kill9()?;
        Err(ServiceError::StillRunning { stderr: self.stderr() })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Nothing more can be done in a destructor if the system refuses.
        let _ = self.kill9();
    }
}

/// Why a server could not be started, observed or ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The binary is not where cargo puts it.
    #[error("`{name}` is not built (looked for `{path}`): run `cargo build -p {name}`")]
    NotBuilt {
        /// The binary's name.
        name: String,
        /// Where it should be.
        path: PathBuf,
    },
    /// The server ended before it listened.
    #[error("the server ended before it listened ({status}); its standard error:\n{stderr}")]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// What it wrote to standard error.
        stderr: String,
    },
    /// The server did not say in time where it listens.
    #[error("the server does not listen after {after:?}; its standard error:\n{stderr}")]
    Silent {
        /// How long it was given.
        after: Duration,
        /// What it wrote to standard error.
        stderr: String,
    },
    /// The server listens where the network could reach it.
    #[error("the server listens on `{addr}`, which is not a loopback address")]
    NotLoopback {
        /// Where it listens.
        addr: SocketAddr,
    },
    /// The server ignored SIGTERM.
    #[error(
        "the server still ran {:?} after SIGTERM; its standard error:\n{stderr}",
        Service::TERMINATE_DEADLINE
    )]
    StillRunning {
        /// What it wrote to standard error.
        stderr: String,
    },
    /// The system refused.
    #[error("the system refused")]
    Io(#[from] io::Error),
}
