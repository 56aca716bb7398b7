//! Exit codes, and what each stands for.

use crate::harness::Desk;

#[test]
fn overwriting_is_refused_unless_forced() {
    let (desk, recipient) = Desk::with_identity();
    desk.write("plain", "hello");
    desk.write("taken", "precious");
    let run = desk.run(&format!("seal -r {recipient} -o taken plain --json")).ended(5);
    assert_eq!(run.error_code(), "exists");
    assert_eq!(desk.read("taken"), b"precious");
    desk.run(&format!("seal -r {recipient} -f -o taken plain")).done();
    assert_eq!(desk.run("open -i me taken").done().stdout, b"hello");
    desk.run("open -i me taken -o plain").ended(5);
    desk.run("keys identity -o me").ended(5);
    desk.run("keys new me --keyring-passphrase-file pass --kdf pbkdf2").ended(5);
}

#[test]
fn usage_is_two() {
    let (desk, recipient) = Desk::with_identity();
    desk.write("plain", "hello");
    desk.run(&format!("seal -r {recipient} -o sealed plain")).done();
    for line in [
        "".into(),
        "steal".into(),
        "seal plain".into(),
        "seal -r age1nonsense plain".into(),
        format!("seal -r {recipient} --passphrase-file pass plain"),
        format!("seal -r {recipient} --context a=b plain"),
        "open sealed".into(),
        "rewrap -i me sealed".into(),
        "keys rotate ring --wrap-key a --wrap-command b".into(),
    ] {
        let run = desk.run(&line).ended(2);
        assert!(!run.stderr.is_empty() && run.stdout.is_empty(), "{line}");
        assert_eq!(desk.run(&format!("{line} --json")).ended(2).error_code(), "usage", "{line}");
    }
    desk.run("--help").done();
    desk.run("--version").done();
}

#[test]
fn what_is_not_there_is_one() {
    let (desk, recipient) = Desk::with_identity();
    desk.run(&format!("seal -r {recipient} absent -o out")).ended(1);
    desk.run("open -i me absent -o out").ended(1);
    desk.run("open -i absent me -o out").ended(1);
    desk.run("keys list absent").ended(1);
    assert!(!desk.has("out"));
}

#[test]
fn a_full_disk_is_one() {
    let (desk, recipient) = Desk::with_identity();
    desk.write("plain", "hello");
    let mut shell = desk.program("sh");
    let stockade = env!("CARGO_BIN_EXE_stockade");
    shell.args(["-c", &format!("{stockade} seal -r {recipient} plain >/dev/full")]);
    crate::harness::finish(&mut shell, b"").ended(1);
}

#[test]
fn a_wrong_key_is_three() {
    let (desk, recipient) = Desk::with_identity();
    desk.write("plain", "hello");
    desk.run("keys identity -o other").done();
    desk.secret("wrong", "not the passphrase");
    desk.run(&format!("seal -r {recipient} -o sealed plain")).done();
    assert_eq!(desk.run("open -i other sealed -o out --json").ended(3).error_code(), "does_not_open");
    for kdf in ["scrypt", "pbkdf2"] {
        desk.run(&format!("seal -f --kdf {kdf} --passphrase-file pass -o sealed plain")).done();
        desk.run("open --passphrase-file wrong sealed -o out").ended(3);
        assert_eq!(desk.run("open --passphrase-file pass sealed").done().stdout, b"hello");
    }
    assert!(!desk.has("out"));
}

#[test]
fn a_wrong_passphrase_of_a_ring_is_three() {
    let desk = Desk::with_ring();
    desk.secret("wrong", "not the passphrase");
    let run = desk.run("keys rotate ring --keyring-passphrase-file wrong --json").ended(3);
    assert_eq!(run.error_code(), "does_not_open");
}

#[test]
fn an_altered_ring_does_not_open() {
    let desk = Desk::with_ring();
    let ring = String::from_utf8(desk.read("ring")).unwrap();
    assert!(ring.contains("active"), "{ring}");
    desk.write("ring", ring.replacen("created = 1", "created = 2", 1));
    let code = desk.run("keys list ring --verify --keyring-passphrase-file pass").code;
    assert!(code == 3 || code == 4, "{code}");
}

#[test]
fn secrets_that_others_may_read_are_five() {
    let desk = Desk::with_ring();
    desk.write("plain", "hello");
    desk.write("loose", "secret\n");
    let loose = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(desk.path("loose"), loose).unwrap();
    for line in
        ["keys rotate ring --keyring-passphrase-file loose", "seal --passphrase-file loose -o out plain"]
    {
        assert_eq!(desk.run(&format!("{line} --json")).ended(5).error_code(), "readable_by_others");
    }
    assert!(!desk.has("out"));
}

#[test]
fn without_terminal_nothing_is_asked() {
    let desk = Desk::with_ring();
    desk.write("plain", "hello");
    for line in ["seal -p plain -o out", "seal --keyring ring plain -o out", "keys rotate ring"] {
        assert_eq!(desk.run(&format!("{line} --json")).ended(1).error_code(), "no_terminal");
    }
    assert!(!desk.has("out"));
}
