//! Starting a server and waiting until it listens.

use super::{Output, Service, ServiceError};
use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How to start a server: program, arguments, environment, patience. Started twice, it makes two processes; that is how a
/// restart is written.
#[derive(Debug, Clone)]
#[must_use = "nothing runs until `start`"]
pub struct Launch {
    program: OsString,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    deadline: Duration,
}

impl Service {
    /// How to start `program`: without arguments, in the environment of the test, given 30 seconds to listen (a debug build
    /// that makes keys and a database on a busy machine needs a few).
    pub fn launch(program: impl Into<OsString>) -> Launch {
        Launch {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            deadline: Duration::from_secs(30),
        }
    }
}

impl Launch {
    /// Adds an argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    pub fn args<A: AsRef<OsStr>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets how long the server may take to say where it listens.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Starts the server and waits for the line `listening on http://ADDR` on its standard output.
    ///
    /// # Errors
    /// It cannot be started, ends at once, does not listen in time, or listens beyond loopback. In each of these cases no
    /// process is left.
    pub fn start(&self) -> Result<Service, ServiceError> {
        let mut child = Command::new(&self.program)
            .args(&self.args)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stdout = Output::drain(child.stdout.take());
        let stderr = Output::drain(child.stderr.take());
        // From here on the service's destructor ends the process, whatever goes wrong.
        let mut service = Service { child, addr: SocketAddr::from(([127, 0, 0, 1], 0)), stdout, stderr };
        service.addr = self.wait(&mut service)?;
        if service.addr.ip().is_loopback() {
            Ok(service)
        } else {
            Err(ServiceError::NotLoopback { addr: service.addr })
        }
    }

    fn wait(&self, service: &mut Service) -> Result<SocketAddr, ServiceError> {
        let start = Instant::now();
        loop {
            // Asked before the output is read: what an ended process printed is then complete.
            let ended = service.child.try_wait()?;
            if ended.is_some() {
                service.stdout.finish();
                service.stderr.finish();
            }
            match (announced(&service.stdout()), ended) {
                (Some(addr), None) => return Ok(addr),
                (_, Some(status)) => return Err(ServiceError::Ended { status, stderr: service.stderr() }),
                (None, None) if start.elapsed() >= self.deadline => {
                    return Err(ServiceError::Silent { after: self.deadline, stderr: service.stderr() });
                }
                (None, None) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

/// The address in the first whole line that announces one. A line still being written is left alone: half an address may be
/// the address of somebody else.
fn announced(stdout: &str) -> Option<SocketAddr> {
    let whole_lines = &stdout[..=stdout.rfind('\n')?];
    whole_lines.lines().find_map(|line| line.trim().strip_prefix("listening on http://")?.parse().ok())
}

/// Where cargo put the binary `name` of this workspace, in the same profile as the running test.
///
/// # Errors
/// It is not there: cargo builds another package's binary only when asked to.
pub fn binary(name: &str) -> Result<PathBuf, ServiceError> {
    let test = std::env::current_exe()?;
    // Test binaries lie in `deps/` below the profile's folder, binaries in the folder itself.
    let folder = test.ancestors().find(|folder| folder.ends_with("deps")).and_then(|deps| deps.parent());
    let path = folder.unwrap_or(&test).join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if path.is_file() { Ok(path) } else { Err(ServiceError::NotBuilt { name: name.to_owned(), path }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_line_announces_an_address() {
        assert_eq!(announced("listening on http://127.0.0.1:30"), None);
        assert_eq!(announced("hello\nlistening on http://127.0.0.1:30\ntry"), "127.0.0.1:30".parse().ok());
        assert_eq!(announced("listening on http://[::1]:8080\r\n"), "[::1]:8080".parse().ok());
        assert_eq!(announced("listening on http://example.org:80\n"), None);
    }

    #[test]
    fn a_binary_that_was_never_built_is_named() {
        let error = binary("no-such-server").unwrap_err();
        assert!(error.to_string().contains("cargo build -p no-such-server"), "{error}");
    }
}
