//! The life of a key: drawn, retired, moved away from, destroyed.

use crate::harness::Desk;

const RING: &str = "--keyring ring --keyring-passphrase-file pass --context tenant=acme --context kind=image";

#[test]
fn asvs_v14_2_7_a_key_lives_from_new_over_rotate_and_rewrap_to_destroy() {
    let desk = Desk::with_ring();
    desk.write("plain", b"an image");
    desk.run(&format!("seal {RING} -o old.age plain")).done();
    desk.run(&format!("seal {RING} -o left.age plain")).done();

    let rotated = desk.run("keys rotate ring --keyring-passphrase-file pass --json").done();
    assert_eq!(rotated.json()["active"], 2);
    let list = desk.run("keys list ring --json").done().json();
    let states: Vec<_> = list["keys"].as_array().unwrap().iter().map(|key| key["state"].clone()).collect();
    assert_eq!(states, ["decrypt-only", "active"]);

    // The overlap: what the old key sealed still opens.
    assert_eq!(desk.run(&format!("open {RING} old.age -o -")).done().stdout, b"an image");
    desk.run(&format!("rewrap {RING} old.age")).done();
    assert_eq!(desk.run(&format!("open {RING} old.age -o -")).done().stdout, b"an image");

    let destroyed = desk.run("keys destroy ring 1 --yes --keyring-passphrase-file pass --json").done().json();
    assert_eq!(destroyed["destroyed"]["id"], 1);
    assert_eq!(destroyed["destroyed"]["commitment"].as_str().unwrap().len(), 64);

    // What was moved opens; what was left behind never does again.
    assert_eq!(desk.run(&format!("open {RING} old.age -o -")).done().stdout, b"an image");
    let lost = desk.run(&format!("open {RING} left.age -o out --json")).ended(3);
    assert_eq!(lost.error_code(), "key_destroyed");
    assert!(!desk.has("out"));
    let list = desk.run("keys list ring --verify --keyring-passphrase-file pass --json").done().json();
    assert_eq!(list["keys"][0]["state"], "destroyed");
    assert_eq!(list["verified"], true);
}

#[test]
fn reseal_moves_to_the_active_key_as_well() {
    let desk = Desk::with_ring();
    desk.write("plain", b"an image");
    desk.run(&format!("seal {RING} -o a.age plain")).done();
    let before = desk.read("a.age");
    desk.run("keys rotate ring --keyring-passphrase-file pass").done();
    desk.run(&format!("reseal {RING} a.age")).done();
    assert_ne!(before[before.len() - 24..], desk.read("a.age")[desk.read("a.age").len() - 24..]);
    desk.run("keys destroy ring 1 --yes --keyring-passphrase-file pass").done();
    assert_eq!(desk.run(&format!("open {RING} a.age -o -")).done().stdout, b"an image");
}

#[test]
fn rewrap_leaves_the_payload_alone() {
    let desk = Desk::with_ring();
    desk.write("plain", b"an image");
    for room in ["", "--header-room 4096"] {
        desk.run(&format!("seal {RING} {room} --force -o a.age plain")).done();
        let before = desk.read("a.age");
        desk.run(&format!("rewrap {RING} a.age")).done();
        let after = desk.read("a.age");
        assert_ne!(before, after);
        assert_eq!(before[before.len() - 40..], after[after.len() - 40..]);
        assert_eq!(before.len(), after.len());
    }
}

#[test]
fn destroying_the_active_key_is_refused() {
    let desk = Desk::with_ring();
    let run = desk.run("keys destroy ring 1 --yes --keyring-passphrase-file pass --json").ended(5);
    assert_eq!(run.error_code(), "active_key");
    let run = desk.run("keys destroy ring 7 --yes --keyring-passphrase-file pass --json").ended(1);
    assert_eq!(run.error_code(), "key_unknown");
}

#[test]
fn destroying_unasked_is_refused() {
    let desk = Desk::with_ring();
    desk.run("keys rotate ring --keyring-passphrase-file pass").done();
    let before = desk.read("ring");
    let run = desk.run("keys destroy ring 1 --keyring-passphrase-file pass --json").ended(5);
    assert_eq!(run.error_code(), "unconfirmed");
    assert_eq!(desk.read("ring"), before);
}

#[test]
fn context_confusion_does_not_open() {
    let desk = Desk::with_ring();
    desk.write("plain", b"an image");
    desk.run(&format!("seal {RING} -o a.age plain")).done();
    let unlock = "--keyring ring --keyring-passphrase-file pass";
    let swapped = "--context kind=image --context tenant=acme";
    assert_eq!(desk.run(&format!("open {unlock} {swapped} a.age -o -")).done().stdout, b"an image");
    for wrong in [
        "",
        "--context tenant=acme",
        "--context tenant=image --context kind=acme",
        "--context tenant=acme --context kind=image --context more=",
        "--context tenantacme=kindimage",
    ] {
        desk.run(&format!("open {unlock} {wrong} a.age -o out")).ended(3);
        assert!(!desk.has("out"));
    }
}

#[test]
fn a_ring_can_be_kept_by_a_key_in_a_file() {
    let desk = Desk::new();
    desk.run("keys new ring --wrap-key wrap.key").done();
    desk.run("keys rotate ring --wrap-key wrap.key").done();
    desk.run("keys rotate ring --keyring-passphrase-file pass").ended(2);
    let list = desk.run("keys list ring --json").done().json();
    assert_eq!(list["keys"].as_array().unwrap().len(), 2);
    assert_eq!(list["unlocked_by"], "local-file");
    desk.run("keys new other --wrap-key other.key").done();
    desk.run("keys rotate ring --wrap-key other.key").ended(3);
    desk.run("keys rotate ring --wrap-key absent.key").ended(1);
    assert!(!desk.has("absent.key"));
}

/// A wrapper of no strength at all: it adds one to each byte.
const WRAPPER: &str = r#"#!/bin/sh
[ "$KEY_OF_TEST" = let-me ] || exit 7
case $2 in
wrap) tr '\000-\377' '\001-\377\000' ;;
unwrap) tr '\001-\377\000' '\000-\377' ;;
*) exit 8 ;;
esac
"#;

#[test]
fn a_ring_can_be_kept_by_a_command() {
    let desk = Desk::new();
    desk.write("wrapper", WRAPPER);
    std::fs::set_permissions(desk.path("wrapper"), std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .unwrap();
    let wrapper = desk.path("wrapper");
    // The word and the environment arrive; neither shell nor search path is asked.
    let run = |arguments: &str, command: &str, allowed: &str| {
        let mut stockade = desk.command(arguments);
        stockade.env("KEY_OF_TEST", "let-me").args(["--wrap-command", command]);
        stockade.args(allowed.split_whitespace());
        crate::harness::finish(&mut stockade, b"")
    };
    let command = format!("{} word", wrapper.display());
    let allowed = "--wrap-env KEY_OF_TEST";
    run("keys new ring", &command, allowed).done();
    assert_eq!(desk.run("keys list ring --json").done().json()["unlocked_by"], "command");
    run("keys rotate ring", &command, allowed).done();
    run("keys rotate ring", &command, "").ended(1);
    run("keys rotate ring", "/bin/false", allowed).ended(1);
    run("keys rotate ring", "/bin/cat -", allowed).ended(1);
    run("keys rotate ring", "cat", allowed).ended(2);
    run("keys rotate ring", "", allowed).ended(2);
    let listed = desk.run("keys list ring --json").done().json();
    assert_eq!(listed["keys"].as_array().unwrap().len(), 2);
}

#[test]
fn a_vault_is_not_trusted_blindly() {
    let desk = Desk::new();
    desk.secret("token", "s.token");
    desk.write("ca.pem", "no certificate");
    let vault = "--vault-key clinic --vault-token-file token";
    for (url, code) in [
        ("--vault http://vault.example:8200", 2),
        ("--vault https://127.0.0.1:1", 2),
        ("--vault https://127.0.0.1:1 --vault-ca ca.pem", 2),
        ("--vault http://127.0.0.1:1", 1),
    ] {
        let run = desk.run(&format!("keys new ring {vault} {url}")).ended(code);
        assert!(!run.stderr.contains("s.token"), "{}", run.stderr);
        assert!(!desk.has("ring"));
    }
}
