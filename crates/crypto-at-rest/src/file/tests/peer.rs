//! Files go both ways between us and the `age` that everybody has.

use super::*;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Where `age` is, or a loud word that it is not. Where the build installs it, its absence is a failure.
fn age() -> Option<&'static str> {
    let found = Command::new("age").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !found {
        assert!(std::env::var_os("CI").is_none(), "`age` is not installed");
        eprintln!("NOT TESTED: `age` is not installed");
    }
    found.then_some("age")
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn age_opens_ours_and_we_open_ages() {
    let Some(age) = age() else { return };
    let identity = identity();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    fs::write(path("key"), identity.expose_text().expose()).unwrap();
    let recipient = identity.recipient();
    for len in [0, 1, 65_536, 65_537, 600_000] {
        for armor in [false, true] {
            let text = text(len);
            fs::write(path("plain"), &text).unwrap();
            let options = unsynced().existing(Existing::Replace);
            let sealer = Sealer::new(vec![&recipient], &SystemEntropy).armor(armor);
            sealer.seal_file(&path("plain"), &path("ours"), options).unwrap();
            run(Command::new(age)
                .arg("-d")
                .arg("-i")
                .arg(path("key"))
                .arg("-o")
                .arg(path("opened"))
                .arg(path("ours")));
            // age makes no file where there is no text.
            let opened = if len == 0 { Vec::new() } else { fs::read(path("opened")).unwrap() };
            assert!(opened == text, "{len} {armor}");

            let mut command = Command::new(age);
            command.args(armor.then_some("-a")).arg("-r").arg(recipient.to_string());
            run(command.arg("-o").arg(path("theirs")).arg(path("plain")));
            let theirs = fs::read(path("theirs")).unwrap();
            assert_eq!(Opener::new(vec![&identity]).bytes(&theirs).unwrap().expose(), &text);
            Opener::new(vec![&identity])
                .open_file(&path("theirs"), &path("opened"), options, &SystemEntropy)
                .unwrap();
            assert!(fs::read(path("opened")).unwrap() == text, "{len} {armor}");
        }
    }
}
