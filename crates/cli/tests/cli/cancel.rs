//! Signals.

use crate::harness::{Desk, Run};
use std::io::Write;
use std::process::{Child, Stdio};
use std::time::Duration;

/// A run that has read something and waits for more.
fn waiting(desk: &Desk, arguments: &str) -> Child {
    let mut command = desk.program(env!("CARGO_BIN_EXE_stockade"));
    command.args(arguments.split_whitespace());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.as_mut().unwrap().write_all(&crate::harness::noise(300_000)).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    child
}

fn signal(child: &Child, signal: &str) {
    let status = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

#[test]
fn ctrl_c_leaves_nothing_and_ends_with_130() {
    let (desk, recipient) = Desk::with_identity();
    let before = desk.names();
    for (name, code) in [("-INT", 130), ("-TERM", 143)] {
        let mut child = waiting(&desk, &format!("seal --json -r {recipient} -o out"));
        // Held open: what ends the run is the signal.
        let stdin = child.stdin.take();
        signal(&child, name);
        let run = Run::from(child.wait_with_output().unwrap());
        drop(stdin);
        assert_eq!(run.code, code, "{}", run.stderr);
        assert_eq!(run.error_code(), "cancelled");
        assert_eq!(desk.names(), before);
    }
}

#[test]
fn a_run_that_cannot_write_ends_as_well() {
    let (desk, recipient) = Desk::with_identity();
    desk.write("plain", crate::harness::noise(1_000_000));
    let mut command = desk.program(env!("CARGO_BIN_EXE_stockade"));
    command.args(["seal", "-r", &recipient, "plain"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    signal(&child, "-INT");
    // Nobody reads: the pipe stays full until the process is gone.
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn a_killed_run_leaves_nothing_under_the_final_name() {
    let (desk, recipient) = Desk::with_identity();
    desk.write("taken", "precious");
    for arguments in ["-o out", "-f -o taken"] {
        let mut child = waiting(&desk, &format!("seal -r {recipient} {arguments}"));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!desk.has("out"));
        assert_eq!(desk.read("taken"), b"precious");
    }
}
