//! Peers that are programs of their own, if they are installed.

use crate::rows::LeftOut;
use std::process::{Command, Stdio};

/// A program, and how one knows that it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program {
    name: &'static str,
    probe: &'static [&'static str],
    peer: &'static str,
    install: &'static str,
}

impl Program {
    /// The reference implementation of the age format, in Go.
    pub const AGE: Self =
        Self { name: "age", probe: &["--version"], peer: "age", install: "apt-get install age" };

    /// The age format in Rust.
    pub const RAGE: Self =
        Self { name: "rage", probe: &["--version"], peer: "rage", install: "cargo install rage" };

    /// Overwrites files; part of GNU coreutils.
    pub const SHRED: Self =
        Self { name: "shred", probe: &["--version"], peer: "shred", install: "apt-get install coreutils" };

    /// Python with the package that Fernet comes from.
    pub const PYTHON_CRYPTOGRAPHY: Self = Self {
        name: "python3",
        probe: &["-c", "import cryptography.fernet"],
        peer: "Python cryptography",
        install: "apt-get install python3-cryptography",
    };

    /// A command that starts it.
    ///
    /// # Errors
    /// It is not installed.
    pub fn command(&self) -> Result<Command, LeftOut> {
        let probe =
            Command::new(self.name).args(self.probe).stdout(Stdio::null()).stderr(Stdio::null()).status();
        match probe {
            Ok(status) if status.success() => Ok(Command::new(self.name)),
            _ => Err(LeftOut::NotInstalled { peer: self.peer, install: self.install }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_and_broken_programs_are_told_with_what_installs_them() {
        let absent =
            Program { name: "no-such-program-7f3a", probe: &[], peer: "a peer", install: "a command" };
        let broken = Program { name: "false", ..absent };
        for program in [absent, broken] {
            let told = program.command().unwrap_err().to_string();
            assert_eq!(told, "`a peer` is not installed; `a command` installs it");
        }
        assert!(Program { name: "true", ..absent }.command().is_ok());
    }
}
