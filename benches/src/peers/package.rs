//! The peers that live in a package of their own, `benches/peers`.

use super::Asked;
use crate::Failure;
use std::path::{Path, PathBuf};
use std::process::Command;
use stockade_testkit::{Launch, Service};

/// The binary of `benches/peers`, built.
#[derive(Debug, Clone)]
pub struct Peers {
    binary: PathBuf,
}

/// What is measured of circuit breakers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breaker {
    /// A call through tower-resilience, over the bare service.
    TowerResilience,
    /// The same with so many calls in a window of time, of which one in a hundred failed.
    Window,
    /// A call through failsafe, over the bare one.
    Failsafe,
    /// A call through recloser, over the bare one.
    Recloser,
    /// Whether failsafe lets a call through.
    Permitted,
    /// The next of 8 breakers of failsafe that lets a call through.
    NextOfEight,
}

impl Breaker {
    fn role(self) -> &'static str {
        match self {
            Self::TowerResilience => "tower-resilience",
            Self::Window => "window",
            Self::Failsafe => "failsafe",
            Self::Recloser => "recloser",
            Self::Permitted => "permitted",
            Self::NextOfEight => "next-of-8",
        }
    }
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

    /// Starts governor's limiter: CPU time of one decision.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn limiter(&self) -> Result<Asked, Failure> {
        self.ask("limiter")
    }

    /// Starts the `fernet` crate: CPU time of encrypting 256 bytes.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn fernet(&self) -> Result<Asked, Failure> {
        self.ask("fernet")
    }

    /// Starts cerberust: CPU time of judging a question.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn guardrails(&self) -> Result<Asked, Failure> {
        self.ask("guardrails")
    }

    /// Starts circuit breakers: CPU time of what is to be done with them.
    ///
    /// # Errors
    /// They cannot be started.
    pub fn breaker(&self, what: Breaker) -> Result<Asked, Failure> {
        let mut command = Command::new(&self.binary);
        command.args(["breaker", what.role()]);
        Asked::start(command)
    }

    fn ask(&self, role: &str) -> Result<Asked, Failure> {
        let mut command = Command::new(&self.binary);
        command.arg(role);
        Asked::start(command)
    }
}
