//! Another program, run once, and not for long.

use super::WrapError;
use rustix::process::{Pid, Signal, kill_process_group};
use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;
use zeroize::Zeroizing;

/// How often a running program is looked at.
const TICK: Duration = Duration::from_millis(1);

/// What a program wrote, or why it could not be read.
type Output = std::io::Result<Zeroizing<Vec<u8>>>;

/// A program and its arguments. There is no shell in between.
#[derive(Debug, Clone)]
pub(super) struct Program {
    path: OsString,
    arguments: Vec<OsString>,
}

impl Program {
    /// The first of `argv` is the program, by its absolute path: no search path decides what runs.
    pub(super) fn new(argv: impl IntoIterator<Item = impl Into<OsString>>) -> Result<Self, WrapError> {
        let mut argv = argv.into_iter().map(Into::into);
        let path = argv.next().filter(|path| Path::new(path).is_absolute());
        Ok(Self { path: path.ok_or(WrapError::RelativeProgram)?, arguments: argv.collect() })
    }

    /// Gives it `input` and returns what it writes, at most `max` octets. What it says on its standard error is dropped, for it
    /// might be a key. When this returns, the program and those that it started have ended or are killed.
    pub(super) fn run(
        &self,
        input: &[u8],
        max: usize,
        environment: &[(OsString, OsString)],
        timeout: Duration,
    ) -> Result<Zeroizing<Vec<u8>>, WrapError> {
        let child = Command::new(&self.path)
            .args(&self.arguments)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(WrapError::Program)?;
        let mut running = Running { child, ended: false };
        if let Some(mut stdin) = running.child.stdin.take() {
            // It fits the pipe and so does not wait for a reader. A program that does not read is judged by its status.
            let _ = stdin.write_all(input);
        }
        let output = running.child.stdout.take().map(|stdout| read(stdout, max)).transpose()?;
        let (status, output) = running.wait(output.as_ref(), max, timeout)?;
        match status.code() {
            Some(0) => Ok(output),
            Some(code) => Err(WrapError::Status(code)),
            // As shells have it.
            None => Err(WrapError::Status(128_i32.saturating_add(status.signal().unwrap_or_default()))),
        }
    }
}

/// Reads at most one octet more than `max`, on a thread of its own: a pipe cannot be read with a timeout.
fn read(stdout: ChildStdout, max: usize) -> Result<Receiver<Output>, WrapError> {
    let (sender, receiver) = sync_channel(1);
    let work = move || {
        let limit = max.saturating_add(1);
        // Of this capacity from the start: growing would leave copies behind.
        let mut octets = Zeroizing::new(Vec::with_capacity(limit));
        let read = stdout.take(limit.try_into().unwrap_or(u64::MAX)).read_to_end(&mut octets);
        // Nobody waits any more after the timeout.
        let _ = sender.send(read.map(|_| octets));
    };
    std::thread::Builder::new().spawn(work).map_err(WrapError::Program)?;
    Ok(receiver)
}

/// A program that is killed with its whole process group unless it has ended.
struct Running {
    child: Child,
    ended: bool,
}

impl Running {
    fn wait(
        &mut self,
        output: Option<&Receiver<Output>>,
        max: usize,
        timeout: Duration,
    ) -> Result<(ExitStatus, Zeroizing<Vec<u8>>), WrapError> {
        let mut read = None;
        let ticks = timeout.as_millis() / TICK.as_millis();
        for _ in 0..=ticks {
            if read.is_none() {
                read = output
                    .and_then(|output| output.try_recv().ok())
                    .transpose()
                    .map_err(WrapError::Program)?;
            }
            if let Some(octets) = read.take_if(|octets| octets.len() > max) {
                return Err(WrapError::Size { len: octets.len() });
            }
            // Only once its output is closed, so that as long as there may be a process of its group, the group's number is
            // its own and can be killed.
            if read.is_some()
                && let Some(status) = self.child.try_wait().map_err(WrapError::Program)?
            {
                self.ended = true;
                return Ok((status, read.unwrap_or_default()));
            }
            std::thread::sleep(TICK);
        }
        Err(WrapError::Timeout)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
            let _ = self.child.wait();
        }
    }
}
