//! Standard input and output.

use crate::harness::{Desk, finish, noise};

#[test]
fn a_pipe_comes_back_as_it_went_in() {
    let (desk, recipient) = Desk::with_identity();
    for len in [0, 1, 65_535, 65_536, 65_537, 1_000_000] {
        let plain = noise(len);
        for arguments in ["", "-", "-o -", "-a -o - -"] {
            let sealed = desk.pipe(&format!("seal -r {recipient} {arguments}"), &plain).done();
            let opened =
                desk.pipe(&format!("open -i me {}", arguments.replace("-a ", "")), &sealed.stdout).done();
            assert_eq!(opened.stdout, plain);
        }
    }
}

#[test]
fn a_pipe_can_end_in_a_file() {
    let (desk, recipient) = Desk::with_identity();
    let plain = noise(300_000);
    desk.pipe(&format!("seal -r {recipient} -o sealed"), &plain).done();
    desk.pipe("open -i me -o out", &desk.read("sealed")).done();
    assert_eq!(desk.read("out"), plain);
    assert_eq!(desk.run("open -i me sealed").done().stdout, plain);
}

#[test]
fn inspect_needs_no_secret_and_no_file() {
    let (desk, recipient) = Desk::with_identity();
    let sealed = desk.pipe(&format!("seal -r {recipient}"), &noise(100_000)).done();
    let inspected = desk.pipe("inspect --json", &sealed.stdout).done().json();
    assert_eq!(inspected["stanzas"][0]["type"], "x25519");
    assert_eq!(inspected["plaintext_len"], 100_000);
    let words = desk.pipe("inspect", &sealed.stdout).done();
    assert!(String::from_utf8(words.stdout).unwrap().contains("X25519"));
}

#[test]
fn a_closed_reader_is_a_failure_and_no_panic() {
    let (desk, recipient) = Desk::with_identity();
    desk.write("plain", noise(3_000_000));
    let stockade = env!("CARGO_BIN_EXE_stockade");
    let line =
        format!("{stockade} seal -r {recipient} plain | head -c 10 >/dev/null; echo ${{PIPESTATUS[0]}}");
    let run = finish(desk.program("bash").args(["-c", &line]), b"").done();
    assert_eq!(run.stdout, b"1\n");
    assert!(!run.stderr.contains("panic"), "{}", run.stderr);
}

#[test]
fn json_keeps_to_one_object_and_out_of_the_data() {
    let (desk, recipient) = Desk::with_identity();
    desk.write("plain", "hello");
    let sealed = desk.run(&format!("seal --json -r {recipient} plain")).done();
    assert!(sealed.stdout.starts_with(b"age-encryption.org/v1\n"));
    assert!(sealed.stderr.is_empty(), "{}", sealed.stderr);
    let said = desk.run(&format!("seal --json -r {recipient} plain -o sealed")).done();
    assert_eq!(said.json()["output"], "sealed");
    assert!(said.stderr.is_empty(), "{}", said.stderr);
}
