//! Running the system's programs, and why a row cannot be tested.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, Write};
use std::process::{Command, Output, Stdio};

/// Why nothing was tested.
#[derive(Debug)]
pub(crate) struct Skip(pub(crate) String);

impl Skip {
    /// Not `eprintln!`, which the test runner keeps to itself where a test passes.
    pub(crate) fn shout(&self, row: &str) {
        let _ = writeln!(io::stderr(), "NOT TESTED: {row}: {self}");
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A program with its arguments, found also where administrators' programs are though the PATH does not say so.
pub(crate) fn program<A: AsRef<OsStr>>(name: &str, args: impl IntoIterator<Item = A>) -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("env");
    command.arg(format!("PATH={path}:/usr/sbin:/sbin")).arg("LC_ALL=C").arg(name).args(args);
    command.stdin(Stdio::null());
    command
}

/// Runs it. What is not installed is a reason to skip, but not on the machine that is meant to have it.
pub(crate) fn run<A: AsRef<OsStr>>(name: &str, args: impl IntoIterator<Item = A>) -> Result<Output, Skip> {
    let output = program(name, args).output().expect("env runs");
    if output.status.code() == Some(127) {
        assert!(std::env::var_os("CI").is_none(), "`{name}` is not installed");
        return Err(Skip(format!("`{name}` is not installed")));
    }
    Ok(output)
}

/// Runs it, and expects it to succeed.
pub(crate) fn must<A: AsRef<OsStr>>(name: &str, args: impl IntoIterator<Item = A>) -> Result<(), Skip> {
    let output = run(name, args)?;
    assert!(output.status.success(), "{name}: {}", last_line(&output));
    Ok(())
}

/// The last thing that a program said.
pub(crate) fn last_line(output: &Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let text = String::from_utf8_lossy(&text);
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default().to_owned()
}
