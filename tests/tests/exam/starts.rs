//! Settings that are refused before anything runs.

use std::process::{Command, Output};
use stockade_testkit::binary;

const PROD: [&str; 8] = [
    "--env",
    "prod",
    "--public-url",
    "https://exam.test",
    "--smtp-url",
    "smtps://mail.test",
    "--mail-from",
    "a@exam.test",
];

fn run(args: &[&str], env: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(binary("exam").unwrap_or_else(|error| panic!("{error}")));
    command.args(["--listen", "127.0.0.1:0", "--data"]).arg(folder.path().join("data")).args(args);
    let output = command.envs(env.iter().copied()).env("NO_COLOR", "1").output().expect("it runs");
    assert!(!folder.path().join("data").exists(), "nothing was made");
    output
}

#[track_caller]
fn refused(args: &[&str], env: &[(&str, &str)], said: &str) {
    let output = run(&[&PROD, args].concat(), env);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains(said), "{text}");
    for (_, value) in env.iter().filter(|(_, value)| value.len() > 1) {
        assert!(!text.contains(value), "{text}");
    }
}

const PASSPHRASE: &str = "STOCKADE_KEYRING_PASSPHRASE";
const GOOD: (&str, &str) = (PASSPHRASE, "lumber-violet-orbit-kettle-sparrow");

#[test]
fn asvs_v6_3_2_demo_accounts_are_refused_outside_dev() {
    refused(&[], &[GOOD, ("SEED_DEMO_ACCOUNTS", "1")], "`SEED_DEMO_ACCOUNTS` is refused");
    refused(&["--insecure-generous-limits"], &[GOOD], "`--insecure-generous-limits` is refused");
}

#[test]
fn asvs_v13_2_3_weak_missing_and_example_secrets_are_refused_in_prod() {
    refused(&[], &[], "`STOCKADE_KEYRING_PASSPHRASE` is required");
    for (weak, said) in [
        ("hunter2", "fewer than 20"),
        ("draw-a-passphrase-of-your-own", "example value"),
        ("passwordpasswordpassword", "repeats itself"),
        ("abcdefghijklmnopqrstuvwxyz", "sequence"),
    ] {
        refused(&[], &[(PASSPHRASE, weak)], said);
    }
    refused(&[], &[GOOD, ("REDIS_URL", "redis://:choose-a-redis-password@127.0.0.1")], "`REDIS_URL`");
}

#[test]
fn every_complaint_is_made_at_once() {
    let output = run(&["--env", "prod"], &[("SEED_DEMO_ACCOUNTS", "1")]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for said in ["SEED_DEMO_ACCOUNTS", "SMTP_URL", "EXAM_PUBLIC_URL", PASSPHRASE] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn demo_accounts_work_in_dev_with_passwords_of_their_own() {
    use crate::harness::exam::{Backend, Exam};

    let exam = Exam::start_with(Backend::Sqlite, |launch| launch.env("SEED_DEMO_ACCOUNTS", "1"));
    let said = exam.wait_for_line("admin@exam.example").await;
    let admin = said.split_whitespace().last().unwrap();
    let client = exam.client();
    let login = client.try_login("admin@exam.example", admin).await.expect(200);
    let tokens = crate::harness::hello::Tokens::from(&login);
    assert_eq!(client.me(&tokens.access).await.json()["roles"], serde_json::json!(["admin"]));
    let said = exam.service.stdout();
    let passwords: std::collections::HashSet<_> = said
        .lines()
        .filter(|line| line.contains("@exam.example  "))
        .filter_map(|line| line.split_whitespace().last())
        .collect();
    assert_eq!(passwords.len(), 3, "{said}");
    assert!(!exam.service.stderr().contains(admin), "not in the log");
}
