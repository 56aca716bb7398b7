//! The one shell in which all commands after the first run.

use super::script::trim;
use crate::Failure;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// The most lines that one command may print: a transcript is for people.
const MAX_LINES: usize = 10_000;

/// A running bash; dropped, it is killed.
#[derive(Debug)]
pub(super) struct Shell {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
    /// A line that no command prints by itself: it tells where a command's output ends.
    mark: String,
}

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) printed: Vec<String>,
    pub(super) status: i32,
}

impl Shell {
    pub(super) fn start(root: &Path, data: &Path) -> Result<Self, Failure> {
        let mut child = Command::new("bash")
            .args(["--noprofile", "--norc", "-s"])
            .current_dir(root)
            .env("STOCKADE_DATA", data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Failure::io("bash cannot be run"))?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::other("bash has no pipes"));
        };
        let (send, lines) = channel();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(stdout);
            let mut line = Vec::new();
            while let Ok(1..) = reader.read_until(b'\n', &mut line) {
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                if send.send(text).is_err() {
                    break;
                }
                line.clear();
            }
        });
        stdin.write_all(b"exec 2>&1\n").map_err(Failure::io("bash does not read"))?;
        let mark = format!("end-of-output-{}", std::process::id());
        Ok(Self { child, stdin, lines, mark })
    }

    /// Runs `command` and waits for its end.
    pub(super) fn run(&mut self, command: &str, patience: Duration) -> Result<End, Failure> {
        // In braces its variables last; without the redirection it could read the commands that follow.
        let script = format!("{{ {command}\n}} </dev/null\nprintf '\\n%s %d\\n' {} $?\n", self.mark);
        self.stdin
            .write_all(script.as_bytes())
            .map_err(Failure::io(format!("before `{command}` the shell ended")))?;
        let deadline = Instant::now() + patience;
        let mut printed = Vec::new();
        while printed.len() <= MAX_LINES {
            let line = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())).map_err(
                |_| {
                    let so_far = printed.join("\n");
                    Failure::other(format!(
                        "`{command}` did not end, or ended the shell; it printed:\n{so_far}"
                    ))
                },
            )?;
            if let Some(status) = line.strip_prefix(&self.mark).and_then(|rest| rest.trim().parse().ok()) {
                trim(&mut printed);
                return Ok(End { printed, status });
            }
            printed.push(line);
        }
        Err(Failure::other(format!("`{command}` printed more than {MAX_LINES} lines")))
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        // A destructor has nobody to tell of errors.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
