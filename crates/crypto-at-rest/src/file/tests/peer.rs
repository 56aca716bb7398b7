//! Files go both ways between us and the `age` that everybody has.

use super::*;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use stockade_core::Secret;

/// Which of these programs are installed, and a loud word for those that are not. Where the build installs `age`, its absence is
/// a failure.
fn peers() -> Vec<&'static str> {
    let installed = |name: &&str| {
        let found = Command::new(name).arg("--version").stdout(Stdio::null()).status().is_ok();
        if !found {
            assert!(*name != "age" || std::env::var_os("CI").is_none(), "`age` is not installed");
            let _ = writeln!(std::io::stderr(), "NOT TESTED: `{name}` is not installed");
        }
        found
    };
    ["age", "rage"].into_iter().filter(installed).collect()
}

fn age() -> Option<&'static str> {
    peers().into_iter().find(|name| *name == "age")
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn age_and_rage_open_ours_and_we_open_theirs() {
    peers().into_iter().for_each(exchange);
}

fn exchange(age: &str) {
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

#[test]
fn age_and_rage_read_headers_with_room_and_with_many_recipients() {
    peers().into_iter().for_each(read_headers);
}

fn read_headers(age: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (key, file) = (folder.path().join("key"), folder.path().join("file"));
    let entropy = SeededEntropy::new(3);
    let people: Vec<_> = (0..20).map(|_| X25519Identity::generate(&entropy).unwrap()).collect();
    let recipients: Vec<_> = people.iter().map(X25519Identity::recipient).collect();
    let recipients: Vec<_> = recipients.iter().map(|one| one as &dyn Recipient).collect();
    for room in [HeaderRoom::None, HeaderRoom::Multiple(4096), HeaderRoom::Multiple(200_000)] {
        let sealer = Sealer::new(recipients.clone(), &SystemEntropy).header_room(room);
        fs::write(&file, sealer.bytes(b"for many").unwrap()).unwrap();
        let to_one: [&dyn Recipient; 1] = [&people[7].recipient()];
        for (rewrapped, who) in [(false, 19), (true, 7)] {
            if rewrapped {
                let _ =
                    rewrap(&file, &[&people[0]], &to_one, RewrapOptions::default(), &SystemEntropy).unwrap();
            }
            fs::write(&key, people[who].expose_text().expose()).unwrap();
            let output = Command::new(age).arg("-d").arg("-i").arg(&key).arg(&file).output().unwrap();
            assert_eq!(output.stdout, b"for many", "{room:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[test]
fn key_files_go_both_ways() {
    let Some(age) = age() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    run(Command::new("age-keygen").arg("-o").arg(path("theirs")));
    let theirs = read_identities(fs::File::open(path("theirs")).unwrap()).unwrap().remove(0);
    let shown = Command::new("age-keygen").arg("-y").arg(path("theirs")).output().unwrap();
    assert_eq!(String::from_utf8(shown.stdout).unwrap().trim(), theirs.recipient().to_string());
    let ours = identity();
    fs::write(path("recipients"), format!("# two\n{}\n\n{}\n", ours.recipient(), theirs.recipient()))
        .unwrap();
    fs::write(path("plain"), b"both").unwrap();
    run(Command::new(age).arg("-R").arg(path("recipients")).arg("-o").arg(path("sealed")).arg(path("plain")));
    let sealed = fs::read(path("sealed")).unwrap();
    for identity in [&ours, &theirs] {
        assert_eq!(Opener::new(vec![identity]).bytes(&sealed).unwrap().expose(), b"both");
    }
    assert_eq!(read_recipients(fs::File::open(path("recipients")).unwrap()).unwrap().len(), 2);
}

/// `age` asks for passphrases on a terminal only: `script` lends it one.
#[test]
fn passphrases_go_both_ways() {
    let Some(age) = age() else { return };
    if Command::new("script").arg("--version").stdout(Stdio::null()).status().is_err() {
        let _ = writeln!(std::io::stderr(), "NOT TESTED: passphrases with `age`: `script` is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let passphrase = "correct horse battery staple";
    let in_terminal = |command: &str, answers: &str| {
        let mut child = Command::new("script")
            .current_dir(folder.path())
            .args(["-q", "-e", "-c", command, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        // The terminal keeps the lines until they are asked for.
        input.write_all(answers.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    };
    let owner = Passphrase::new(Secret::new(passphrase.to_owned()));
    fs::write(folder.path().join("plain"), b"by passphrase").unwrap();
    let ours = Sealer::new(vec![&owner], &SystemEntropy).bytes(b"by passphrase").unwrap();
    fs::write(folder.path().join("ours"), ours).unwrap();
    in_terminal(&format!("{age} -d -o opened ours"), &format!("{passphrase}\r"));
    assert_eq!(fs::read(folder.path().join("opened")).unwrap(), b"by passphrase");

    in_terminal(&format!("{age} -p -o theirs plain"), &format!("{passphrase}\r{passphrase}\r"));
    let theirs = fs::read(folder.path().join("theirs")).unwrap();
    assert_eq!(Opener::new(vec![&owner]).bytes(&theirs).unwrap().expose(), b"by passphrase");
}
