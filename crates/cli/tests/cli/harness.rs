//! A folder of its own, and the command run in it.

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// What the tests seal with; searched for where it must not be.
pub(crate) const PASSPHRASE: &str = "correct-horse-battery-staple";

/// A folder in which the command runs, with no terminal unless a test gives it one.
pub(crate) struct Desk(tempfile::TempDir);

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.secret("pass", PASSPHRASE);
        desk
    }

    /// With an identity in `me` and its recipient.
    pub(crate) fn with_identity() -> (Self, String) {
        let desk = Self::new();
        let run = desk.run("keys identity -o me").done();
        let recipient = String::from_utf8(run.stdout).unwrap().trim().to_owned();
        (desk, recipient)
    }

    /// With a key ring `ring` under the passphrase in `pass`.
    pub(crate) fn with_ring() -> Self {
        let desk = Self::new();
        desk.run("keys new ring --keyring-passphrase-file pass --kdf pbkdf2").done();
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// A file that only its owner may read.
    pub(crate) fn secret(&self, name: &str, text: &str) {
        self.write(name, format!("{text}\n"));
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).symlink_metadata().is_ok()
    }

    /// The names in the folder, hidden ones too.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The command, in a session of its own: a developer's terminal must not be asked.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = self.program("setsid");
        command.args(["--wait", env!("CARGO_BIN_EXE_stockade")]).args(arguments.split_whitespace());
        command
    }

    /// Any program, in the folder.
    pub(crate) fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.0.path());
        command
    }

    /// Runs the command with words separated by spaces.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        finish(&mut self.command(arguments), b"")
    }

    /// The same, with something on standard input.
    pub(crate) fn pipe(&self, arguments: &str, input: &[u8]) -> Run {
        finish(&mut self.command(arguments), input)
    }
}

/// Runs `command` to its end.
pub(crate) fn finish(command: &mut Command, input: &[u8]) -> Run {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // A command may end before it has read everything.
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output().unwrap().into()
    })
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// The run, which must have gone well.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        self.ended(0)
    }

    /// The run, which must have ended with this code.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.stderr);
        self
    }

    /// The one JSON object on standard output.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap()
    }

    /// The code of the one JSON error on standard error.
    #[track_caller]
    pub(crate) fn error_code(&self) -> String {
        let error: serde_json::Value = serde_json::from_str(&self.stderr).unwrap();
        assert_eq!(error["error"]["exit"], self.code);
        error["error"]["code"].as_str().unwrap().to_owned()
    }
}

/// Bytes of which no two blocks are alike.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let step = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(step).take(len).collect()
}

/// Whether a program that a test runs is there. Absence is said aloud, and in CI, which installs it, it is an error.
pub(crate) fn available(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "`{program}` is not installed");
        // Past the capture of the test runner.
        let _ = writeln!(std::io::stderr(), "NOT TESTED: `{program}` is not installed");
    }
    found
}
