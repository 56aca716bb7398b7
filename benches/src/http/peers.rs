//! The peers that live in a package of their own, `benches/peers`.

use crate::Failure;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use stockade_testkit::{Launch, Service};

/// The binary of `benches/peers`, built.
#[derive(Debug, Clone)]
pub struct Peers {
    binary: PathBuf,
}

impl Peers {
    /// Builds it, with the versions of its own lock file, in its own target folder. Minutes the first time.
    ///
    /// # Errors
    /// It cannot be built.
    pub fn build() -> Result<Self, Failure> {
        let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        let target = package.join("target");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(["build", "--release", "--locked", "--manifest-path"])
            .arg(package.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            .status()?;
        if !status.success() {
            return Err("benches/peers does not build".into());
        }
        let name = format!("benches-peers{}", std::env::consts::EXE_SUFFIX);
        Ok(Self { binary: target.join("release").join(name) })
    }

    /// How to start the incumbents' server, with its database in `folder`.
    #[must_use = "nothing runs until it is started"]
    pub fn server(&self, folder: &Path) -> Launch {
        Service::launch(&self.binary).arg("serve").arg(folder)
    }

    /// Starts governor's limiter.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn limiter(&self) -> Result<PeersLimiter, Failure> {
        let mut child =
            Command::new(&self.binary).arg("limiter").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(ask), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the limiter cannot be spoken with".into());
        };
        Ok(PeersLimiter { child, ask, answers: BufReader::new(answers) })
    }
}

/// A process that decides by governor's keyed limiter, and times itself. It ends with this handle.
#[derive(Debug)]
pub struct PeersLimiter {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl PeersLimiter {
    /// Microseconds of CPU time that one of so many decisions takes.
    ///
    /// # Errors
    /// The process has ended.
    pub fn micros_each(&mut self, decisions: u32) -> Result<f64, Failure> {
        writeln!(self.ask, "{decisions}")?;
        self.ask.flush()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        Ok(answer.trim().parse::<f64>()? / 1e3)
    }
}

impl Drop for PeersLimiter {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
