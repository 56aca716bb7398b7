//! Deleting files, and what a script learns of it.

use crate::harness::{Desk, Run, available, finish, noise};
use crate::terminal::on_terminal;
use serde_json::Value;
use std::os::unix::fs::symlink;

/// The reports on standard output, one a line.
fn lines(run: &Run) -> Vec<Value> {
    String::from_utf8_lossy(&run.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_file_is_deleted_and_the_report_says_how_well() {
    let desk = Desk::new();
    desk.write("scan", noise(100_000));
    desk.write("other", "precious");
    let run = desk.run("shred --yes scan").done();
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(said.contains("overwri") && said.contains("`scan`"), "{said}");
    assert!(!desk.has("scan"));
    assert_eq!(desk.read("other"), b"precious");
}

#[test]
fn json_is_one_report_a_line() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path("tree/within")).unwrap();
    for name in ["a", "tree/b", "tree/within/c"] {
        desk.write(name, "secret");
    }
    let run = desk.run("shred --json --yes --recursive --passes 2 a tree").done();
    let said = lines(&run);
    let files: Vec<_> = said.iter().filter_map(|line| line["file"]["path"].as_str()).collect();
    assert_eq!(files, ["a", "tree/b", "tree/within/c"], "{said:?}");
    assert_eq!(said[0]["file"]["overwrite"]["asked"], 2);
    let tree = &said.last().unwrap()["tree"];
    assert_eq!((&tree["folders_removed"], &tree["folders_left"]), (&2.into(), &0.into()), "{tree}");
    assert_eq!(desk.names(), ["pass"]);
}

#[test]
fn nothing_is_deleted_unasked() {
    let desk = Desk::new();
    desk.write("scan", "secret");
    let run = desk.run("shred scan --json").ended(5);
    assert_eq!(run.error_code(), "unconfirmed");
    assert_eq!(desk.read("scan"), b"secret");
    if !available("script") {
        return;
    }
    let line = format!("{} shred scan", env!("CARGO_BIN_EXE_stockade"));
    let said = on_terminal(&desk, &line).answer("to go on", "yes").end();
    assert_eq!(said.code, 5, "{}", said.text);
    assert!(said.text.contains("1 files, 6 bytes"), "{}", said.text);
    assert_eq!(desk.read("scan"), b"secret");
    let said = on_terminal(&desk, &line).answer("to go on", "shred").end();
    assert_eq!(said.code, 0, "{}", said.text);
    assert!(!desk.has("scan"));
}

#[test]
fn a_dry_run_writes_nothing() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("tree")).unwrap();
    desk.write("tree/scan", "secret");
    desk.write("scan", "secret");
    let run = desk.run("shred --dry-run --recursive scan tree").done();
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(said.contains("at best") && said.contains("1 files"), "{said}");
    let run = desk.run("shred --dry-run --json scan").done();
    assert_eq!(run.json()["plan"]["identity"]["length"], 6);
    assert_eq!(desk.read("scan"), b"secret");
    assert_eq!(desk.read("tree/scan"), b"secret");
}

#[test]
fn exit_codes_tell_refused_from_missed_from_not_deleted() {
    let desk = Desk::new();
    desk.write("scan", "secret");
    desk.write("linked", "secret");
    std::fs::hard_link(desk.path("linked"), desk.path("other")).unwrap();
    std::fs::create_dir(desk.path("tree")).unwrap();
    symlink("scan", desk.path("link")).unwrap();
    for (line, code, word) in [
        ("link", 5, "symlink"),
        ("linked", 5, "hard_linked"),
        ("tree", 5, "directory"),
        ("/dev/null", 5, "device"),
        ("missing", 6, "not_found"),
    ] {
        let run = desk.run(&format!("shred --yes --json {line}")).ended(code);
        assert_eq!(lines(&run)[0]["refused"]["code"], word, "{line}");
    }
    let run = desk.run("shred --yes --json --require crypto-erased scan").ended(7);
    assert_eq!((run.error_code().as_str(), desk.read("scan").as_slice()), ("level_missed", &b"secret"[..]));
    desk.run("shred --dry-run --require crypto-erased scan").ended(7);
    // What can be deleted is, and what cannot is told by the code.
    let run = desk.run("shred --yes --json link scan").ended(5);
    assert_eq!(run.error_code(), "refused");
    assert!(!desk.has("scan") && desk.has("link"));
    assert_eq!(desk.read("other"), b"secret");
    desk.run("shred --yes --unlink-only-this-name link linked").done();
    assert!(!desk.has("link") && desk.read("other") == b"secret");
}

#[test]
fn usage_of_shred_is_two() {
    let desk = Desk::new();
    desk.write("scan", "secret");
    for line in [
        "",
        "--passes 36 scan",
        "--passes -1 scan",
        "--preset gutmann scan",
        "--passes 1 --preset nist-clear scan",
        "--verify --no-verify scan",
        "--rate 0 scan",
        "--require everything scan",
        "..",
        "/",
    ] {
        let run = desk.run(&format!("shred --yes {line}")).ended(2);
        assert!(!run.stderr.is_empty() && run.stdout.is_empty(), "{line}");
    }
    assert_eq!(desk.read("scan"), b"secret");
}

#[test]
fn asvs_v1_2_5_names_are_never_read_by_a_shell() {
    let desk = Desk::new();
    let name = "$(touch owned);`touch owned`;touch owned#\n";
    desk.write(name, "secret");
    let mut command = desk.command("shred --yes");
    let run = finish(command.arg(name), b"").done();
    assert_eq!(desk.names(), ["pass"]);
    assert!(
        String::from_utf8(run.stdout).unwrap().contains("\\u{a}"),
        "and no line of its own in the report"
    );
}

#[test]
fn every_preset_deletes() {
    let desk = Desk::new();
    for line in
        ["--preset nist-clear", "--preset three-pass", "--preset dod-like", "--no-verify", "--passes 0"]
    {
        desk.write("scan", "secret");
        desk.run(&format!("shred --yes {line} scan")).done();
        assert!(!desk.has("scan"), "{line}");
    }
}

#[test]
fn ctrl_c_ends_between_pieces_and_says_what_is_left() {
    let desk = Desk::new();
    desk.write("large", noise(4 << 20));
    desk.write("next", "secret");
    let mut command = desk.program(env!("CARGO_BIN_EXE_stockade"));
    command.args(["shred", "--yes", "--rate", "500000", "large", "next"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(800));
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(status.unwrap().success());
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!(run.code, 130, "{}", run.stderr);
    assert!(run.stderr.contains("`next`: left as it was"), "{}", run.stderr);
    assert!(String::from_utf8(run.stdout).unwrap().contains("cancelled"));
    assert!(desk.has("large") && desk.read("next") == b"secret");
}

#[test]
fn a_killed_run_goes_on_from_its_journal() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("journals")).unwrap();
    desk.write("large", noise(4 << 20));
    desk.write("other", "precious");
    let mut command = desk.program(env!("CARGO_BIN_EXE_stockade"));
    command.args(["shred", "--yes", "--rate", "500000", "--journal", "journals", "large"]);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1000));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(desk.has("large"));
    let run = desk.run("shred --resume --json --journal journals large").ended(5);
    assert_eq!(run.error_code(), "unconfirmed");
    let run = desk.run("shred --yes --resume --json --journal journals large").done();
    let said = lines(&run);
    assert_eq!(said[0]["file"]["overwrite"]["resumed_from"]["pass"], 0, "{said:?}");
    assert_eq!(desk.names(), ["journals", "other", "pass"]);
    let run = desk.run("shred --yes --resume --journal journals large").done();
    assert!(run.stderr.contains("nothing to go on with"), "{}", run.stderr);
    assert_eq!(std::fs::read_dir(desk.path("journals")).unwrap().count(), 0);
    desk.run("shred --yes --resume large").ended(2);
}

#[test]
fn journals_that_others_can_write_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    desk.write("scan", "secret");
    std::fs::create_dir(desk.path("journals")).unwrap();
    std::fs::set_permissions(desk.path("journals"), std::fs::Permissions::from_mode(0o777)).unwrap();
    let run = desk.run("shred --yes --json --journal journals scan").ended(5);
    assert_eq!(run.error_code(), "exposed");
    assert_eq!(desk.read("scan"), b"secret");
}

#[test]
fn flood_of_processes_ends_in_an_error_before_anything_is_done() {
    let desk = Desk::new();
    desk.write("scan", "secret");
    // No thread can have so large a stack.
    let mut command = desk.command("shred --yes scan");
    let run = finish(command.env("RUST_MIN_STACK", (1_u64 << 62).to_string()), b"").ended(1);
    assert!(run.stderr.contains("signals cannot be handled"), "{}", run.stderr);
    assert_eq!(desk.read("scan"), b"secret");
}

#[test]
fn race_for_a_folder_between_question_and_answer_deletes_nothing_else() {
    if !available("script") {
        return;
    }
    let desk = Desk::new();
    for folder in ["place", "theirs"] {
        std::fs::create_dir(desk.path(folder)).unwrap();
        desk.write(&format!("{folder}/scan"), folder);
    }
    let mut terminal = on_terminal(&desk, &format!("{} shred place/scan", env!("CARGO_BIN_EXE_stockade")));
    terminal.hears("to go on");
    std::fs::rename(desk.path("place"), desk.path("aside")).unwrap();
    symlink("theirs", desk.path("place")).unwrap();
    let said = terminal.types("shred").end();
    assert_eq!(said.code, 5, "{}", said.text);
    assert!(said.text.contains("Deleting `place/scan`: 1 files, 5 bytes"), "{}", said.text);
    assert!(said.text.contains("another file than the one examined"), "{}", said.text);
    assert_eq!(desk.read("theirs/scan"), b"theirs");
    assert_eq!(desk.read("aside/scan"), b"place");
}

#[test]
fn confusion_of_a_dry_run_of_a_tree_with_one_that_reaches_what_is_required() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("tree")).unwrap();
    desk.write("tree/scan", "secret");
    let dry = desk.run("shred --dry-run --recursive --require crypto-erased tree");
    let wet = desk.run("shred --yes --recursive --require crypto-erased tree");
    assert_eq!((dry.code, wet.code), (7, 7), "{} {}", dry.stderr, wet.stderr);
    assert_eq!(desk.read("tree/scan"), b"secret");
}
