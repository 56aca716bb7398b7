//! Where secrets must not be.

use crate::harness::{Desk, PASSPHRASE};
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

#[test]
fn no_secret_stands_in_arguments_environment_or_output() {
    let desk = Desk::with_ring();
    for line in
        ["seal --passphrase-file pass", "seal --keyring ring --keyring-passphrase-file pass --context a=b"]
    {
        let mut command = desk.program(env!("CARGO_BIN_EXE_stockade"));
        command.args(line.split_whitespace());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(b"plain").unwrap();
        std::thread::sleep(Duration::from_millis(300));
        for place in ["cmdline", "environ"] {
            let shown = std::fs::read(format!("/proc/{}/{place}", child.id())).unwrap();
            assert!(!shown.is_empty());
            assert!(!contains(&shown, PASSPHRASE.as_bytes()), "{place}");
        }
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        assert!(!contains(&output.stdout, PASSPHRASE.as_bytes()));
        assert!(!contains(&output.stderr, PASSPHRASE.as_bytes()));
    }
}

#[test]
fn no_command_prints_a_secret() {
    let (desk, recipient) = Desk::with_identity();
    let identity = String::from_utf8(desk.read("me")).unwrap();
    let secret = identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).unwrap();
    desk.run("keys new ring --keyring-passphrase-file pass --kdf pbkdf2").done();
    desk.write("plain", "hello");
    desk.run(&format!("seal -r {recipient} -o sealed plain")).done();
    for line in [
        "keys list ring --verify --keyring-passphrase-file pass",
        "keys rotate ring --keyring-passphrase-file pass",
        "keys identity -y me",
        "inspect sealed",
        "open -i me sealed",
        // A secret where a recipient or a file is expected is not repeated.
        &format!("seal -r {secret} plain"),
        "seal -R me plain",
        "open -i pass sealed",
        "open --passphrase-file me sealed",
    ] {
        for json in ["", " --json"] {
            let run = desk.run(&format!("{line}{json}"));
            for said in [run.stdout.as_slice(), run.stderr.as_bytes()] {
                assert!(!contains(said, PASSPHRASE.as_bytes()), "{line}");
                assert!(!contains(said, secret.as_bytes()), "{line}");
            }
        }
    }
}

#[test]
fn secret_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (desk, recipient) = Desk::with_identity();
    desk.run("keys new ring --keyring-passphrase-file pass --kdf pbkdf2").done();
    desk.write("plain", "hello");
    desk.run(&format!("seal -r {recipient} -o sealed plain")).done();
    desk.run("open -i me sealed -o opened").done();
    for name in ["me", "ring", "sealed", "opened"] {
        let mode = desk.path(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}
