//! The shell that keeps a server for us, and outlives us.

use super::ServerError;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder in the system's temporary one, and at most one server process that works in it. Both are gone when this is
/// dropped, and soon after this process ends in whatever way: the shell that keeps them reads a pipe, which then closes.
#[derive(Debug)]
pub(super) struct Supervisor {
    shell: Child,
    /// `None` once dropped: closing it is what ends the shell.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
}

impl Supervisor {
    /// `end` is the signal that ends such a server at once, with all its children.
    pub(super) fn new(kind: &str, end: &str) -> Result<Self, ServerError> {
        let folder = fresh_folder(kind)?;
        let mut shell = Command::new("sh")
            .args(["-c", include_str!("supervisor.sh"), "sh"])
            .arg(&folder)
            .arg(end)
            // A group of its own: what a test runner or a terminal sends to the tests' group must not end it before its work.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(orders), Some(answers)) = (shell.stdin.take(), shell.stdout.take()) else {
            return Err(io::Error::other("a shell without pipes").into());
        };
        Ok(Self { shell, orders: Some(orders), answers: BufReader::new(answers), folder })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs a program to its end.
    pub(super) fn run<W: AsRef<str>>(&mut self, words: &[W]) -> Result<(), ServerError> {
        match self.order("run", words)?.as_str() {
            "0" => Ok(()),
            status => Err(self.failed(format!("{} ended with {status}", program(words)))),
        }
    }

    /// Starts the server.
    pub(super) fn start<W: AsRef<str>>(&mut self, words: &[W]) -> Result<u32, ServerError> {
        let pid = self.order("start", words)?;
        pid.parse().map_err(|_| self.failed(format!("{} has no process id", program(words))))
    }

    /// SIGSTOP to the server and its children.
    pub(super) fn freeze(&mut self) -> Result<(), ServerError> {
        self.order::<&str>("freeze", &[]).map(drop)
    }

    /// SIGCONT to the server and its children.
    pub(super) fn thaw(&mut self) -> Result<(), ServerError> {
        self.order::<&str>("thaw", &[]).map(drop)
    }

    /// SIGKILL to the server and its children, and waits for the server's end.
    pub(super) fn kill(&mut self) -> Result<(), ServerError> {
        self.order::<&str>("kill", &[]).map(drop)
    }

    /// What went wrong, with the end of what the server and its tools printed.
    pub(super) fn failed(&self, what: impl Into<String>) -> ServerError {
        let log = std::fs::read(self.folder.join("log")).unwrap_or_default();
        let end = log.get(log.len().saturating_sub(2000)..).unwrap_or_default();
        ServerError::Failed { what: what.into(), log: String::from_utf8_lossy(end).into_owned() }
    }

    fn order<W: AsRef<str>>(&mut self, order: &str, words: &[W]) -> Result<String, ServerError> {
        let mut line = order.to_owned();
        for word in words {
            line.push_str(" '");
            line.push_str(&word.as_ref().replace('\'', r"'\''"));
            line.push('\'');
        }
        line.push('\n');
        let closed = || io::Error::from(io::ErrorKind::BrokenPipe);
        self.orders.as_mut().ok_or_else(closed)?.write_all(line.as_bytes())?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        if answer.is_empty() { Err(closed().into()) } else { Ok(answer.trim().to_owned()) }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.orders = None;
        // Nothing more can be done in a destructor if the system refuses.
        let _ = self.shell.wait();
    }
}

/// Whether a process still runs. One that ended and was not waited for does not; nor does anything where there is no `/proc`
/// to ask, so that a start there fails and says so.
pub(super) fn runs(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

fn fresh_folder(kind: &str) -> io::Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("stockade-{kind}-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        match std::fs::DirBuilder::new().mode(0o700).create(&path) {
            // Of a process that had our id and was killed with its supervisor.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            done => return done.map(|()| path),
        }
    }
}

fn program<W: AsRef<str>>(words: &[W]) -> &str {
    words.first().map_or("nothing", |word| word.as_ref())
}
