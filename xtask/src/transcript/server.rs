//! The transcript's first command.

use super::pattern;
use super::script::trim;
use crate::Failure;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long a listening server may take to print the rest of what is shown.
const REST: Duration = Duration::from_secs(2);

/// How long a server that has printed what is shown must be silent: a line more would differ from what is shown.
const QUIET: Duration = Duration::from_millis(300);

/// How long a server may take to end when asked to.
const END: Duration = Duration::from_secs(15);

/// A running server; dropped, it is ended.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    lines: Receiver<String>,
}

impl Server {
    /// Starts `command`, variables in front of it allowed, in `root`. The shell replaces itself with it, and `cargo run` itself with the server, so that the
    /// process id is the server's.
    pub(super) fn start(command: &str, root: &Path, data: &Path) -> Result<Self, Failure> {
        let mut child = Command::new("bash")
            .args(["--noprofile", "--norc", "-c", &format!("exec env {command}")])
            .current_dir(root)
            .env("STOCKADE_DATA", data)
            .env_remove("STOCKADE_LISTEN")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Failure::io("bash cannot be run"))?;
        let (send, lines) = channel();
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    // Nobody listens any more once the transcript is over.
                    let _ = send.send(line);
                }
            });
        }
        Ok(Self { child, lines })
    }

    /// Waits until the server listens and has printed what `shown` shows, and returns what it printed, be it that or not.
    pub(super) fn wait_until_it_shows(
        &mut self,
        shown: &[String],
        patience: Duration,
    ) -> Result<Vec<String>, Failure> {
        let mut printed: Vec<String> = Vec::new();
        let mut deadline = Instant::now() + patience;
        let mut listens = false;
        loop {
            let done = listens && pattern::matches(shown, &printed);
            let patience = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(if done { QUIET } else { patience }) {
                Ok(line) => {
                    if !listens && line.starts_with("listening on http://") {
                        listens = true;
                        deadline = Instant::now() + REST;
                    }
                    printed.push(line);
                }
                Err(RecvTimeoutError::Timeout) if listens => break,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Failure::other("the server does not listen in time"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait().map_err(Failure::io("the server's end cannot be seen"))?;
                    return Err(Failure::other(format!(
                        "the server ended before it was asked to ({status})"
                    )));
                }
            }
        }
        trim(&mut printed);
        Ok(printed)
    }

    /// How the server ended, if it has.
    pub(super) fn ended(&mut self) -> Result<Option<ExitStatus>, Failure> {
        self.child.try_wait().map_err(Failure::io("the server cannot be observed"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A destructor has nobody to tell of errors; what counts is that no process is left.
        if let Ok(None) = self.child.try_wait() {
            let id = self.child.id().to_string();
            let _ = Command::new("bash").args(["-c", "kill \"$0\"", &id]).status();
        }
        let deadline = Instant::now() + END;
        while Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
